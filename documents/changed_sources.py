"""The notice in the editor that lists the copied text whose source has changed."""

from dataclasses import dataclass

from documents.models import Text
from texts.prose import changed_prose


@dataclass(frozen=True)
class ChangedSources:
    changed_sources: list[str]


def changed_sources_of(text: Text) -> ChangedSources:
    """Return the changed sources of one text; none once its document has been issued.

    Loads the content of the text. Sources are read only if the text contains copied prose.
    """
    changed = changed_prose(text.content, text.language) if text.part.document.is_draft else []
    return ChangedSources([taken.label for taken in changed])
