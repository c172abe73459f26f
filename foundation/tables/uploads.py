"""Store uploaded tables, compare them with the database, and import or discard them."""

import datetime as dt
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation.jobs.registry import JobContext, JobRefused, follows_deadlines, job_handler
from foundation.jobs.services import request_job
from foundation.refusals import Refused
from foundation.tables.cells import DayOrder
from foundation.tables.importing import OUTCOMES, REFUSED, Plan, TableImport, import_of, plan_of, read_for
from foundation.tables.incoming import Table
from foundation.tables.models import TableUpload
from foundation.time.clock import database_now
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import TABLES
from foundation.uploads.services import discard_stored, store_upload

log = logging.getLogger(__name__)

JOB_KIND = "foundation.tables.import"
KEPT_FOR = dt.timedelta(days=3)
# Imports of up to this many rows are done within the request, larger ones by a job (docs/decisions/011).
MOST_AT_ONCE = 1000


@transaction.atomic
def store_table(source: TableImport, *, file: CheckedFile, actor: Any) -> TableUpload:
    """Store a table with its preview. Raises Refused for the field `file` if it cannot be read as a whole."""
    table = read_for(source, file)
    upload = TableUpload(
        kind=source.kind,
        subject=source.subject,
        options=dict(source.options),
        file=store_upload(file, kinds=TABLES),
        file_name=file.name[:300],
        media_type=file.kind.media_type,
        uploaded_by=actor,
    )
    _show(upload, plan_of(source, table, None))
    upload.save()
    return upload


def source_of(upload: TableUpload) -> TableImport:
    return import_of(upload.kind, upload.subject, upload.options)


@transaction.atomic
def compare_again(upload: TableUpload, *, day_order: str | None = None) -> None:
    """Compare the stored table with the database as it is now, in the active language."""
    held = _locked(upload.pk)
    if held.file is None or held.is_importing:
        return
    if day_order is not None:
        held.day_order = day_order if day_order in DayOrder.values else ""
    _show(held, _planned(source_of(held), held))
    held.save()
    upload.refresh_from_db()


def _table_of(upload: TableUpload, source: TableImport) -> Table:
    assert upload.file  # it is deleted only after the import
    kind = next(kind for kind in TABLES if kind.media_type == upload.media_type)
    return read_for(source, CheckedFile(upload.file_name, kind, upload.file.read()))


def _planned(source: TableImport, upload: TableUpload) -> Plan:
    return plan_of(source, _table_of(upload, source), DayOrder(upload.day_order) if upload.day_order else None)


def _show(upload: TableUpload, plan: Plan, *, differs: list[int] | None = None) -> None:
    """Set the preview of the upload. `differs` are the lines that have changed since the earlier preview."""
    counts = Counter(row.outcome for row in plan.rows)
    order = plan.order
    upload.plan = {
        "rows": [[row.number, row.outcome, row.cells, row.changes, row.problems] for row in plan.rows],
        "columns": list(plan.rows[0].cells) if plan.rows else [],
        "counts": {outcome: counts[outcome] for outcome in OUTCOMES},
        "left_out": plan.left_out,
        "days": {"order": order.order or "", "line": order.line, "written": order.written, "is_open": order.is_open},
        "marks": plan.marks(),
        "differs": differs or [],
    }
    upload.language = get_language() or "en"
    upload.shown = hashlib.sha256(json.dumps(upload.plan, sort_keys=True).encode()).hexdigest()


def number_to_write(upload: TableUpload) -> int:
    """Return how many rows the import would write."""
    counts: Mapping[str, int] = upload.plan["counts"]
    return counts["new"] + counts["changed"]


@transaction.atomic
def import_table(upload: TableUpload, *, shown: str, actor: Any) -> None:
    """Import the previewed rows, at once or, if there are many, by a job. A second call does nothing.

    `shown` is the hash of the preview that the sender saw. If the database has changed what a line would do, nothing
    is imported and the upload gets a new preview that lists these lines. Raises Refused if `shown` is out of date or
    the app refuses the rows.
    """
    held = _locked(upload.pk)
    if held.imported_at or held.is_importing:
        return
    if held.shown != shown:
        raise Refused(_("This preview is out of date. Check the new one, then import."))
    if number_to_write(held) <= MOST_AT_ONCE:
        _carry_out(held, actor=actor)
        return
    arguments = {"upload_id": str(held.pk), "shown": shown}
    held.job = request_job(kind=JOB_KIND, key=str(held.pk), arguments=arguments, requested_by=actor)
    held.save(update_fields=["job"])


def _locked(pk: Any) -> TableUpload:
    rows = TableUpload.objects.select_for_update(of=("self",))
    return rows.select_related("job", "file", "uploaded_by").get(pk=pk)


def _carry_out(upload: TableUpload, *, actor: Any) -> None:
    """Check every line again and write the rows. The caller must have locked the upload."""
    source = source_of(upload)
    source.lock()
    plan = _planned(source, upload)
    before, now = upload.plan["marks"], plan.marks()
    differs = [int(number) for number, mark in now.items() if before.get(number) != mark]
    if differs:
        _show(upload, plan, differs=differs)
        upload.save()
        return
    with transaction.atomic():
        source.write([row.values for row in plan.written], actor=actor)
    stored, upload.file, upload.imported_at = upload.file, None, database_now()
    upload.plan |= {"rows": [row for row in upload.plan["rows"] if row[1] == REFUSED], "marks": {}, "differs": []}
    upload.save()
    if stored:
        discard_stored(stored)


def _described(upload_id: str, **_more: Any) -> str:
    upload = TableUpload.objects.filter(pk=upload_id).first()
    return _("Import of %(name)s") % {"name": upload.file_name} if upload else ""


@job_handler(JOB_KIND, limit=300, describe=_described)
def import_by_job(_context: JobContext, *, upload_id: str, shown: str) -> dict[str, Any]:
    """Import a long table. A second run changes nothing, because the upload is then marked as imported."""
    try:
        with transaction.atomic():
            upload = _locked(upload_id)
            with translation.override(upload.language):
                if upload.shown == shown and not upload.imported_at:
                    _carry_out(upload, actor=upload.uploaded_by)
    except TableUpload.DoesNotExist as gone:
        raise JobRefused(_("The import was cancelled.")) from gone
    except Refused as refused:
        raise JobRefused(*refused.sentences) from refused
    return {"imported": upload.imported_at is not None}


@transaction.atomic
def discard(upload: TableUpload) -> None:
    """Delete an upload and its file. Imported rows stay."""
    held = TableUpload.objects.select_for_update(of=("self",)).select_related("file").filter(pk=upload.pk).first()
    if held is None:
        return
    stored = held.file
    held.delete()
    if stored:
        discard_stored(stored)


@follows_deadlines("table uploads")
def sweep_uploads(now: dt.datetime) -> None:
    """Discard uploads older than `KEPT_FOR`, imported or not."""
    for upload in TableUpload.objects.filter(uploaded_at__lt=now - KEPT_FOR).only("pk"):
        try:
            discard(upload)
        except Exception:  # an upload that cannot be deleted must not prevent deleting the others
            log.exception("the uploaded table %s is not deleted", upload.pk)
