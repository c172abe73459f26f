"""The pages that all imports share: upload a file, preview each line, import.

The views of an app pass the import, its titles and its addresses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from foundation.refusals import Refused
from foundation.tables.cells import DayOrder
from foundation.tables.exports import table_response
from foundation.tables.forms import TableForm
from foundation.tables.importing import (
    CHANGED,
    NEW,
    OUTCOMES,
    REFUSED,
    UNCHANGED,
    WHOLE,
    TableImport,
    columns_by_name,
)
from foundation.tables.models import TableUpload
from foundation.tables.uploads import (
    KEPT_FOR,
    compare_again,
    discard,
    import_table,
    number_to_write,
    source_of,
    store_table,
)

ON_A_PAGE = 100
# Greatest number of characters shown of a cell. The import uses the whole cell.
LONGEST_SHOWN = 300
_MOST_LINES_NAMED = 20
BADGES = {
    NEW: ("ok", gettext_lazy("new")),
    CHANGED: ("info", gettext_lazy("changed")),
    UNCHANGED: ("closed", gettext_lazy("unchanged")),
    REFUSED: ("danger", gettext_lazy("with errors")),
}


@dataclass(frozen=True)
class ImportPages:
    """The titles and addresses of the pages of one import.

    `address` returns the address of an upload's page "preview", "refused" or "cancel". `done_url` is the page that
    shows the imported rows.
    """

    source: TableImport
    title: str
    crumbs: Sequence[tuple[str, str]]
    start_url: str
    done_url: str
    address: Callable[[str, TableUpload], str]

    def uploads_of(self, person: Any) -> Any:
        rows = TableUpload.objects.filter(kind=self.source.kind, subject=self.source.subject, uploaded_by=person)
        return rows.select_related("job", "file")


@dataclass(frozen=True)
class ShownCell:
    title: str
    text: str
    before: str
    is_changed: bool
    problems: list[str]


@dataclass(frozen=True)
class ShownRow:
    number: int
    kind: str
    label: str
    cells: list[ShownCell]
    problems: list[str]


def upload_page(request: HttpRequest, pages: ImportPages, form: TableForm) -> HttpResponse:
    """Show the upload form; on POST, store the file and redirect to its preview.

    The import gets the options of `form` in place of those in `pages.source`.
    """
    if request.method == "POST" and form.is_valid():
        source = type(pages.source)(pages.source.subject, form.options)
        try:
            upload = store_table(source, file=form.cleaned_data["file"], actor=request.viewer)
        except Refused as refused:
            refused.add_to(form)
        else:
            return redirect(pages.address("preview", upload))
    waiting = pages.uploads_of(request.viewer).filter(imported_at=None).defer("plan").order_by("-uploaded_at")[:5]
    context = {
        "pages": pages,
        "form": form,
        "waiting": [(upload, pages.address("preview", upload)) for upload in waiting],
        "days_kept": KEPT_FOR.days,
    }
    return render(request, "tables/import_new.html", context, status=400 if form.is_bound else 200)


def import_page(request: HttpRequest, pages: ImportPages, upload_id: Any) -> HttpResponse:
    """Show the preview, the running import or its result. On POST, import, or change the order of day and month."""
    upload = get_object_or_404(pages.uploads_of(request.viewer), pk=upload_id)
    problem = ""
    try:
        if request.method == "POST" and "day_order" in request.POST:
            compare_again(upload, day_order=request.POST["day_order"])
            return redirect(pages.address("preview", upload))
        if request.method == "POST":
            import_table(upload, shown=request.POST.get("shown", ""), actor=request.viewer)
            upload = pages.uploads_of(request.viewer).get(pk=upload_id)
            if not upload.plan["differs"] or upload.is_importing:
                return redirect(pages.address("preview", upload))
        elif upload.language != get_language():
            compare_again(upload)
    except Refused as refused:
        problem = str(refused)
    if upload.is_importing:
        return _running(request, pages, upload)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return _shown(request, pages, upload, problem)


def _running(request: HttpRequest, pages: ImportPages, upload: TableUpload) -> HttpResponse:
    template = "tables/import_running.html" + ("#state" if getattr(request, "htmx", False) else "")
    address = pages.address("preview", upload)
    return render(request, template, {"pages": pages, "upload": upload, "status_url": address})


def _shown(request: HttpRequest, pages: ImportPages, upload: TableUpload, problem: str) -> HttpResponse:
    show = request.GET.get("show", "")
    rows = [row for row in upload.plan["rows"] if show not in OUTCOMES or row[1] == show]
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    source, differs = source_of(upload), upload.plan["differs"]
    columns = columns_by_name(source, upload.plan["columns"])
    days = upload.plan["days"]
    context = {
        "pages": pages,
        "upload": upload,
        "problem": problem,
        "counts": [(name, *BADGES[name], upload.plan["counts"][name]) for name in OUTCOMES],
        "total": sum(upload.plan["counts"].values()),
        "to_write": number_to_write(upload),
        "refused": upload.plan["counts"][REFUSED],
        "show": show if show in OUTCOMES else "",
        "page": page,
        "columns": columns,
        "rows": [_shown_row(row, columns) for row in page],
        "differs": differs[:_MOST_LINES_NAMED],
        "differs_number": len(differs),
        "days": days,
        "day_orders": DayOrder.choices if days["is_open"] or upload.day_order else [],
        "refused_url": pages.address("refused", upload),
        "cancel_url": pages.address("cancel", upload),
        "days_kept": KEPT_FOR.days,
    }
    template = "tables/import_done.html" if upload.imported_at else "tables/import_preview.html"
    return render(request, template, context, status=409 if problem or (differs and request.method == "POST") else 200)


def _shown_row(row: Sequence[Any], columns: Sequence[Any]) -> ShownRow:
    number, outcome, cells, changes, problems = row
    kind, label = BADGES[outcome]
    shown = [
        ShownCell(
            title=column.title,
            text=_clipped(changes[column.name][1] if column.name in changes else cells.get(column.name, "")),
            before=_clipped(changes[column.name][0]) if column.name in changes else "",
            is_changed=column.name in changes,
            problems=problems.get(column.name, []),
        )
        for column in columns
    ]
    return ShownRow(number, kind, str(label), shown, problems.get(WHOLE, []))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN].rstrip()} …"


def refused_table(request: HttpRequest, pages: ImportPages, upload_id: Any) -> HttpResponse:
    """Return the refused rows as CSV, with their problems in the last column. The corrected file can be uploaded."""
    upload = get_object_or_404(pages.uploads_of(request.viewer), pk=upload_id)
    columns = columns_by_name(source_of(upload), upload.plan["columns"])
    titles = {column.name: column.title for column in columns}
    rows = [
        [*(cells.get(column.name, "") for column in columns), _said(problems, titles)]
        for _number, outcome, cells, _changes, problems in upload.plan["rows"]
        if outcome == REFUSED
    ]
    name = f"{upload.file_name.rpartition('.')[0] or upload.file_name}-{_('errors')}"
    header = [*(column.name for column in columns), "problem"]
    return table_response(kind="csv", name=name, header=header, rows=rows, viewer=request.viewer)


def _said(problems: dict[str, list[str]], titles: dict[str, str]) -> str:
    return " ".join(
        f"{titles[name]}: {' '.join(sentences)}" if name in titles else " ".join(sentences)
        for name, sentences in problems.items()
    )


def cancel_import(request: HttpRequest, pages: ImportPages, upload_id: Any) -> HttpResponse:
    """Delete the upload and redirect to `done_url`. A repeated request does nothing and redirects there too."""
    upload = pages.uploads_of(request.viewer).filter(pk=upload_id).first()
    if upload:
        discard(upload)
    return redirect(pages.done_url)
