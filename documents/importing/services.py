"""A draft made of what was read in a Word file."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from documents import services
from documents.importing.word import Imported
from documents.models import Act, AnnexMarks, Document, Kind, Part
from documents.services.log import record
from foundation.time.clock import database_now

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
    """What is given wins over what the file's masthead says. Raises services.Refused."""
    head = {name: imported.masthead[name] for name in _OF_THE_FILE if name in imported.masthead}
    head.setdefault("dated", timezone.now().date())
    head.setdefault("original_language", language)
    if "session_line" in imported.masthead:
        head[f"session_line_{language}"] = imported.masthead["session_line"][:200]
    if imported.subtitle:
        head[f"subtitle_{language}"] = imported.subtitle
    called = (title or imported.title or file_name or "–")[:400]
    marks = imported.annex_marks if imported.annex_marks in AnnexMarks.values else AnnexMarks.EVERYWHERE
    document = services.create_document(
        actor=actor,
        kind=kind or imported.masthead.get("kind", Kind.NOTE),
        symbol=imported.masthead.get("symbol") if symbol is None else symbol,
        lists_annexes=imported.lists_annexes,
        annex_marks=marks,
        **{f"title_{code}": called for code in sorted({"en", language})},
        **head,
    )
    main = document.parts.get(kind=Part.Kind.MAIN)
    if head["original_language"] != language:
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


def report_of(imported: Imported) -> list[str]:
    """What was not carried over, then what was changed on the way, each in words."""
    return [*imported.left_out, *imported.notices]
