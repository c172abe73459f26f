"""What stands beside the text in its editor, in a small way: sources that have changed."""

from dataclasses import dataclass

from documents.models import Text
from documents.prose import taken_prose


@dataclass(frozen=True)
class BesideText:
    changed_sources: list[str]


def beside_text(text: Text) -> BesideText:
    """Of one text. Its content is read here, and figures only where prose was taken."""
    changed = taken_prose(text.content, text.language) if text.part.document.is_draft else []
    return BesideText([taken.label for taken in changed])
