"""Who may do what with documents. Read access is decided only by `Document.objects.visible_to`."""

from typing import Any

from documents.models import Document, Reissue
from foundation.time.clock import database_now

EDITORS = ("editor", "publisher")
PUBLISHERS = ("publisher",)
TRANSLATORS = (*EDITORS, "translator")


class NotAllowed(PermissionError):
    """Raised when the person lacks the role; the message says what is not allowed."""


def has_role(person: Any, *roles: str) -> bool:
    return person is not None and person.rights_on(database_now().date()).has_role(*roles)


def require_role(person: Any, *roles: str) -> None:
    """Raise `NotAllowed` unless the person has one of the roles.

    None stands for the portal itself, such as a command or the loading of data, and is always allowed.
    """
    if person is not None and not has_role(person, *roles):
        raise NotAllowed(f"only for the roles {', '.join(roles)}")


def may_write(person: Any, document: Document, language: str) -> bool:
    """Return whether the person may write in `language`; translators may not write in the original language."""
    return has_role(person, *EDITORS) or (language != document.original_language and has_role(person, *TRANSLATORS))


def require_writer(person: Any, document: Document, language: str) -> None:
    if person is not None and not may_write(person, document, language):
        raise NotAllowed(f"may not write in {language}")


def may_be_edited(document: Document) -> bool:
    """Return whether the document can be edited. Issued documents cannot; they are revised by a new document."""
    return document.is_draft and not document.is_withdrawn


def may_review(person: Any, document: Document) -> bool:
    """Return whether the person may read and comment on the draft: editors, and staff named to clear it."""
    if person is None:
        return False
    return has_role(person, *EDITORS) or (
        person.rights_on(database_now().date()).is_staff and document.clearances.filter(person=person).exists()
    )


def open_reissue(document: Document, language: str) -> Reissue | None:
    return document.reissues.filter(language=language, issue=None, given_up_at=None).first()


def is_closed(document: Document, language: str) -> bool:
    """Return whether the texts in `language` are closed to changes.

    They are closed once issued, unless a technical reissue is in progress, and when the document is withdrawn.
    """
    if document.is_withdrawn:
        return True
    return document.issues.filter(language=language).exists() and open_reissue(document, language) is None
