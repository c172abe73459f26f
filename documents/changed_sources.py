"""What stands beside the text in its editor, in a small way: sources that have changed."""

from dataclasses import dataclass

from documents.models import Text
from texts.prose import taken_prose


@dataclass(frozen=True)
class ChangedSources:
    changed_sources: list[str]


def changed_sources_of(text: Text) -> ChangedSources:
    """Of one text. Its content is read here, and figures only where prose was taken."""
    changed = taken_prose(text.content, text.language) if text.part.document.is_draft else []
    return ChangedSources([taken.label for taken in changed])
