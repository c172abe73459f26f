"""Create drafts from Word files."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from documents import services
from documents.models import Act, AnnexMarks, Document, Kind, Part, WordImport
from documents.permissions import EDITORS, NotAllowed, require_role
from documents.services.log import record
from foundation.jobs.registry import JobRefused
from foundation.jobs.services import request_job
from foundation.refusals import Refused
from foundation.time.clock import database_now
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import WORD_FILES
from foundation.uploads.refusals import FileRefused
from foundation.uploads.services import store_upload
from texts.schema import ContentRefused
from texts.word.reader import Imported, read_word

JOB_KIND = "documents.import"
WORD_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_OF_THE_FILE = ("body", "dated", "distribution", "original_language")


@transaction.atomic
def draft_from_word(
    *,
    imported: Imported,
    actor: Any,
    language: str,
    symbol: str | None = None,
    kind: str = "",
    title: str = "",
    file_name: str = "",
) -> Document:
    """Create a draft with the masthead, main text and annexes of a Word file that was read.

    `symbol` (unless None), `kind` and `title` take precedence over the file; an empty symbol means none. `file_name` is
    the last choice for the title. Raises `Refused` if the masthead or a text is not accepted.
    """
    masthead: dict[str, Any] = {name: imported.masthead[name] for name in _OF_THE_FILE if name in imported.masthead}
    masthead.setdefault("dated", timezone.now().date())
    masthead.setdefault("original_language", language)
    if "session_line" in imported.masthead:
        masthead[f"session_line_{language}"] = imported.masthead["session_line"][:200]
    if imported.subtitle:
        masthead[f"subtitle_{language}"] = imported.subtitle
    shown_title = (title or imported.title or file_name or "–")[:400]
    marks = imported.annex_marks if imported.annex_marks in AnnexMarks.values else AnnexMarks.EVERYWHERE
    masthead |= {f"title_{code}": shown_title for code in sorted({"en", language})}
    document = services.create_document(
        actor=actor,
        kind=kind or imported.masthead.get("kind", Kind.NOTE),
        symbol=imported.masthead.get("symbol") if symbol is None else symbol,
        lists_annexes=imported.lists_annexes,
        annex_marks=marks,
        **masthead,
    )
    main = document.parts.get(kind=Part.Kind.MAIN)
    if masthead["original_language"] != language:
        main.texts.all().delete()
    services.set_text(part=main, language=language, content=imported.main, actor=actor)
    keys: set[str] = set()
    for annex in imported.annexes:
        key = "" if annex.key in keys else annex.key
        keys.add(key)
        part = services.add_annex(document=document, actor=actor, titles={language: annex.title}, key=key)
        if annex.heads_itself:
            part.heads_itself = True
            part.save(update_fields=["heads_itself"])
        services.set_text(part=part, language=language, content=annex.content, actor=actor)
    record(document, Act.Kind.IMPORTED, actor, database_now(), file_name[:300])
    return document


@transaction.atomic
def request_import(
    *, file: CheckedFile, language: str, actor: Any, symbol: str = "", kind: str = "", title: str = ""
) -> WordImport:
    """Store the file and request its import. Raises `Refused` if the symbol is in use."""
    require_role(actor, *EDITORS)
    if symbol and Document.objects.filter(symbol=symbol).exists():
        raise Refused(_("The symbol %(symbol)s is already in use. Enter a different one.") % {"symbol": symbol})
    word_import = WordImport.objects.create(
        file=store_upload(file, kinds=WORD_FILES),
        file_name=file.name,
        language=language,
        symbol=symbol,
        kind=kind,
        title=title,
        requested_by=actor,
    )
    word_import.job = request_job(
        kind=JOB_KIND,
        key=str(word_import.pk),
        arguments={"import_id": word_import.pk, "said_in": get_language() or "en"},
        requested_by=actor,
    )
    word_import.save(update_fields=["job"])
    return word_import


def run_import(word_import: WordImport) -> Document:
    """Read the file and create the draft, once; a second call returns the same draft.

    Raises `JobRefused`, with a sentence for the person who asked, if the file cannot be read or the draft is refused.
    """
    if word_import.document:
        return word_import.document
    try:
        imported = read_word(word_import.file.read(), word_import.language)
    except (FileRefused, ContentRefused) as refused:
        raise JobRefused(str(refused)) from refused
    with transaction.atomic():
        locked = WordImport.objects.select_for_update().get(pk=word_import.pk)
        if locked.document:
            return locked.document
        try:
            document = draft_from_word(
                imported=imported,
                actor=word_import.requested_by,
                language=word_import.language,
                symbol=word_import.symbol or free_symbol(imported),
                kind=word_import.kind,
                title=word_import.title,
                file_name=Path(word_import.file_name).stem,
            )
        except (Refused, NotAllowed) as refused:
            raise JobRefused(str(refused)) from refused
        locked.document = document
        locked.left_out, locked.notices = imported.left_out, imported.notices + symbol_notices(imported, document)
        locked.save(update_fields=["document", "left_out", "notices"])
    return document


def free_symbol(imported: Imported) -> str:
    """Return the symbol in the file's masthead, or an empty string if another document has it."""
    symbol = str(imported.masthead.get("symbol", ""))
    return "" if Document.objects.filter(symbol=symbol).exists() else symbol


def symbol_notices(imported: Imported, document: Document) -> list[str]:
    """Return a notice if the file has a symbol that the draft did not get, for example because it is in use."""
    symbol = str(imported.masthead.get("symbol", ""))
    if not symbol or symbol == document.symbol:
        return []
    return [_("The symbol in the file, %(symbol)s, was not used") % {"symbol": symbol}]
