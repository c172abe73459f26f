"""Who may do what with documents. Reading goes by `Document.objects.visible_to` alone."""

from typing import Any

from documents.models import Document, Reissue
from foundation.time.clock import database_now

EDITORS = ("editor", "publisher")
PUBLISHERS = ("publisher",)
TRANSLATORS = (*EDITORS, "translator")


class NotAllowed(PermissionError):
    """The person may not do this; the text says what."""


def has_role(person: Any, *roles: str) -> bool:
    return person is not None and person.standing(database_now().date()).has_role(*roles)


def require_role(person: Any, *roles: str) -> None:
    """Nobody (None) is the portal itself: a command of the operators or the loading of data."""
    if person is not None and not has_role(person, *roles):
        raise NotAllowed(f"only for the roles {', '.join(roles)}")


def may_write(person: Any, document: Document, language: str) -> bool:
    """Editors every text; translators those that are not in the original language."""
    return has_role(person, *EDITORS) or (language != document.original_language and has_role(person, *TRANSLATORS))


def require_writer(person: Any, document: Document, language: str) -> None:
    if person is not None and not may_write(person, document, language):
        raise NotAllowed(f"may not write in {language}")


def may_be_edited(document: Document) -> bool:
    """An issued document is never edited: a revision is a document of its own."""
    return document.is_draft and not document.is_withdrawn


def may_review(person: Any, document: Document) -> bool:
    """Editors, and whoever is named to clear this draft, read it and comment on it."""
    if person is None:
        return False
    return has_role(person, *EDITORS) or (
        person.standing(database_now().date()).is_staff and document.clearances.filter(person=person).exists()
    )


def open_reissue(document: Document, language: str) -> Reissue | None:
    return document.reissues.filter(language=language, issue=None, given_up_at=None).first()


def is_closed(document: Document, language: str) -> bool:
    """Issued in that language, and not opened again for a technical reissue; or withdrawn."""
    if document.is_withdrawn:
        return True
    return document.issues.filter(language=language).exists() and open_reissue(document, language) is None
