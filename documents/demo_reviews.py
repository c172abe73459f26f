"""Load the demonstration review comments from data/demo/documents/reviews.json."""

from pathlib import Path
from typing import Any

from documents import services
from documents.assembly import assemble
from documents.models import Document
from documents.quotes import contains_quote, words_by_block
from foundation.tables.datafiles import DataFileError, read_json
from foundation.tables.demodata import DemoLoad
from membership.models import Person


def load_reviews(demo: DemoLoad) -> None:
    """Load the review comments; skip drafts that do not exist or have been reviewed already."""
    path = demo.path("documents", "reviews.json")
    for symbol, written in read_json(path).items() if path.exists() else ():
        document = Document.objects.drafts().filter(symbol=symbol).first()
        if document is None or document.review_opened_at or document.review_comments.exists():
            continue
        services.open_review(
            document=document,
            actor=_person(path, written["opened_by"]),
            note=written["note"],
            now=demo.moment(written["opened_at"]),
        )
        words = words_by_block(assemble(document, document.original_language))
        for comment in written["comments"]:
            _load_comment(demo, path, document, words, comment)


def _load_comment(
    demo: DemoLoad, path: Path, document: Document, words: dict[str, str], written: dict[str, Any]
) -> None:
    holding = [block for block, block_words in words.items() if contains_quote(block_words, written["quote"])]
    if not holding:
        raise DataFileError(path, None, f"“{written['quote']}” does not stand in {document.symbol}")
    comment = services.comment_on(
        document=document,
        language=document.original_language,
        block=min(holding, key=lambda block: len(words[block])),
        quote=written["quote"],
        words=written["words"],
        actor=_person(path, written["by"]),
        now=demo.moment(written["at"]),
    )
    for reply in written.get("replies", ()):
        values = {"words": reply["words"], "now": demo.moment(reply["at"])}
        services.reply_to(comment=comment, actor=_person(path, reply["by"]), **values)
    if "resolved_at" in written:
        at = demo.moment(written["resolved_at"])
        services.resolve_comment(comment=comment, actor=_person(path, written["by"]), now=at)


def _person(path: Path, email: str) -> Person:
    person = Person.objects.filter(email=email).first()
    if person is None:
        raise DataFileError(path, None, f"nobody has the address {email}")
    return person
