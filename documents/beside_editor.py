"""What stands beside the text in its editor, in a small way: open review comments, and sources that have changed."""

from dataclasses import dataclass

from documents.models import ReviewComment, Text
from documents.prose import taken_prose


@dataclass(frozen=True)
class BesideText:
    comments: list[ReviewComment]
    changed_sources: list[str]


def beside_text(text: Text) -> BesideText:
    """Of one text; comments oldest first. The text's content is read here, and figures only where prose was taken."""
    comments = text.part.document.review_comments.filter(
        part=text.part_id, language=text.language, thread=None, resolved_at=None
    )
    changed = taken_prose(text.content, text.language) if text.part.document.is_draft else []
    return BesideText(
        list(comments.select_related("author").order_by("made_at", "pk")), [taken.label for taken in changed]
    )
