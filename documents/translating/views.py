"""The translator's page: the original and its translation in two columns, and the form for one block."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.models import Document, Part, Text
from documents.permissions import EDITORS, TRANSLATORS, has_role, is_closed, may_write
from documents.structure import structure_problems
from documents.translating import services
from documents.translating.alignment import Row, counts_of
from documents.translating.forms import BlockForm
from documents.translating.side_by_side import SideWriters, sides_of, texts_of
from documents.translating.tagged_text import Mistyped, legend_entries, to_tagged
from foundation.editing.pages import confirm_page
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from foundation.text import LANGUAGES, Language
from membership.permissions import role_required


def _document(request: HttpRequest, pk: int, language: str) -> Document:
    """Return a document that this person may write in that language now, or raise Http404."""
    documents = Document.objects.visible_to(request.viewer, timezone.now()).in_force()
    document = get_object_or_404(documents, pk=pk)
    if language not in LANGUAGES or language == document.original_language:
        raise Http404
    if is_closed(document, language) or not may_write(request.viewer, document, language):
        raise Http404
    return document


def _part(document: Document, key: str) -> Part:
    return get_object_or_404(document.parts, key=key)


def _address(document: Document, language: str) -> str:
    return reverse("documents:translation", args=[document.pk, language])


@role_required(*TRANSLATORS)
@require_safe
def translation(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Show both languages in two columns; with `?open=1` only blocks that still need work."""
    document = _document(request, pk, language)
    sides = sides_of(document, language)
    context = {
        "document": document,
        "sides": sides,
        "counts": sides.counts,
        "only_open": request.GET.get("open") == "1",
        "original_name": Language(document.original_language).label,
        "problems": structure_problems(document, language),
        "may_edit": not document.is_draft or has_role(request.viewer, *EDITORS),
    }
    return render(request, "documents/translating/translation.html", context)


@role_required(*TRANSLATORS)
@require_POST
@sent_once
def translation_start(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    """Start the translation of a part."""
    document = _document(request, pk, language)
    try:
        services.start_translation(part=_part(document, part), language=language, actor=request.viewer)
    except Refused as refused:
        return _refused(request, document, language, refused)
    return redirect(_address(document, language))


def _refused(request: HttpRequest, document: Document, language: str, refused: Refused) -> HttpResponse:
    context = {"document": document, "language": language, "reasons": refused.sentences}
    return render(request, "documents/translating/refused.html", context, status=409)


def _rows(document: Document, part: str, language: str) -> tuple[Text, list[Row]]:
    """Return the translation of a part and its rows, or raise Http404."""
    text = get_object_or_404(
        Text.objects.select_related("part__document"), part=_part(document, part), language=language
    )
    try:
        return text, services.rows_for(text)
    except Refused as refused:
        raise Http404 from refused


@role_required(*TRANSLATORS)
@require_http_methods(["GET", "POST"])
def translation_align(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    """Align a translation with its original: a page that lists the consequences, then the change.

    With `drop=1` blocks without an original are deleted.
    """
    document = _document(request, pk, language)
    text, rows = _rows(document, part, language)
    drop = request.GET.get("drop") == "1" or request.POST.get("drop") == "1"
    if request.method == "POST":
        try:
            services.align_with_original(part=text.part, language=language, drop=drop, actor=request.viewer)
        except Refused as refused:
            return _refused(request, document, language, refused)
        return redirect(_address(document, language))
    counts = counts_of(rows)
    consequences = [_("Order, numbers, lists and headings will match the original.")]
    if counts.missing:
        added = ngettext(
            "%(n)s missing paragraph will be added as a copy of the original.",
            "%(n)s missing paragraphs will be added as copies of the original.",
            counts.missing,
        )
        consequences.insert(0, added % {"n": counts.missing})
    surplus = [row.translation for row in rows if row.state == "surplus" and row.translation]
    writers = SideWriters(document, language, texts_of(document))
    if drop:
        consequences += [
            _("Deleted: %(words)s") % {"words": _words(writers, unit.wording, unit.node)} for unit in surplus
        ] or [_("Nothing will be deleted.")]
    elif surplus:
        sentence = ngettext(
            "%(n)s paragraph with no original will stay in place.",
            "%(n)s paragraphs with no original will stay in place.",
            len(surplus),
        )
        consequences.append(sentence % {"n": len(surplus)})
    return confirm_page(
        request,
        heading=_("Align the text with the original"),
        consequences=consequences,
        action_label=_("Align"),
        crumbs=[(str(document), _address(document, language))],
        cancel_url=_address(document, language),
    )


def _words(writers: SideWriters, wording: Any, node: dict[str, Any]) -> str:
    """Return the words of a unit, shortened to 160 characters."""
    words = wording if isinstance(wording, str) else writers.translation.words_of(node)
    return words if len(words) <= 160 else words[:160] + " …"


@role_required(*TRANSLATORS)
@require_POST
def translation_confirm(request: HttpRequest, pk: int, part: str, language: str) -> HttpResponse:
    """Confirm one block (`block`), or every block of the part that has a translation."""
    document = _document(request, pk, language)
    block = request.POST.get("block", "")
    try:
        services.confirm_blocks(
            part=_part(document, part), language=language, actor=request.viewer, blocks=[block] if block else None
        )
    except Refused as refused:
        return _refused(request, document, language, refused)
    return redirect(_address(document, language) + (f"#row-{block}" if block else ""))


@role_required(*TRANSLATORS)
@require_http_methods(["GET", "POST"])
def translation_block(request: HttpRequest, pk: int, part: str, language: str, block: str) -> HttpResponse:
    """Translate one block in a form next to its original; “next” goes on to the next open block."""
    document = _document(request, pk, language)
    text, rows = _rows(document, part, language)
    place = next((place for place, row in enumerate(rows) if row.block == block and row.original), None)
    if place is None or rows[place].state == "missing":
        raise Http404
    row = rows[place]
    writers = SideWriters(document, language, texts_of(document))
    clash = False
    try:
        form = BlockForm(request.POST or None, row=row, language=language)
    except Mistyped:
        return redirect("documents:edit", pk=pk, part=part, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_block(
                part=text.part,
                language=language,
                block=block,
                wording=form.cleaned_data["wording"],
                source_hash=form.cleaned_data["source_hash"],
                target_hash=form.cleaned_data["target_hash"],
                actor=request.viewer,
            )
            return redirect(_next(document, text, rows, place, "next" in request.POST))
        except services.Changed:
            clash = True
            # Keep what was typed, with the hashes of what the page shows now, so that saving again is deliberate.
            form.data = form.data.copy()
            for name in ("source_hash", "target_hash"):
                form.data[name] = form.fields[name].initial
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "document": document,
        "text": text,
        "row": row,
        "form": form,
        "clash": clash,
        "original": writers.unit(row.original, writers.original),
        "current": writers.unit(row.translation, writers.translation),
        "changed": writers.changed(row),
        "numbered": to_tagged(row.original.wording, form.legends["words"]) if form.has_legend else "",
        "legend": legend_entries(form.legends["words"], writers.reads) if "words" in form.legends else [],
        "original_language": document.original_language,
        "back": f"{_address(document, language)}#row-{block}",
    }
    return render(request, "documents/translating/block.html", context, status=409 if clash else 200)


def _next(document: Document, text: Text, rows: list[Row], place: int, wanted: bool) -> str:
    """Return the address to go to after saving: the next open block if `wanted`, otherwise the row just saved."""
    if wanted:
        for row in [*rows[place + 1 :], *rows[:place]]:
            if row.state in {"untranslated", "behind"}:
                return reverse(
                    "documents:translation-block", args=[document.pk, text.part.key, text.language, row.block]
                )
    return f"{_address(document, text.language)}#row-{rows[place].block}"
