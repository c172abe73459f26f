"""How states are displayed: word, shape and colour. Each app decides which state its objects are in."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

OK, WAITING, CLOSED, DANGER, INFO = "ok", "waiting", "closed", "danger", "info"
KINDS = (OK, WAITING, CLOSED, DANGER, INFO)

# Codes shared by several apps, with their kind and label.
STATES: dict[str, tuple[str, Promise]] = {
    "open": (OK, _("open")),
    "closed": (CLOSED, _("closed")),
    "upcoming": (INFO, _("upcoming")),
    "draft": (WAITING, _("draft")),
    "released": (OK, _("released")),
    "published": (OK, _("published")),
    "issued": (OK, _("issued")),
    "withdrawn": (DANGER, _("withdrawn")),
    "cancelled": (DANGER, _("cancelled")),
    "postponed": (WAITING, _("postponed")),
    "held": (CLOSED, _("held")),
    "waiting": (WAITING, _("waiting")),
    "running": (INFO, _("running")),
    "ready": (OK, _("ready")),
    "failed": (DANGER, _("failed")),
    "set_aside": (DANGER, _("not completed")),
    "pending": (WAITING, _("pending")),
    "approved": (OK, _("approved")),
    "confirmed": (OK, _("confirmed")),
    "invited": (INFO, _("invited")),
    "registered": (OK, _("registered")),
    "declined": (CLOSED, _("declined")),
    "rejected": (DANGER, _("rejected")),
}


@dataclass(frozen=True)
class Badge:
    """A state as displayed: `kind` selects colour and shape."""

    kind: str
    label: str


def badge(state: str, label: str | Promise = "") -> Badge:
    """Return the badge of a code in `STATES`, or of a kind with its own label. Raises ValueError for unknown codes."""
    if state in STATES:
        kind, known = STATES[state]
        return Badge(kind, capfirst(str(label or known)))
    if state in KINDS and label:
        return Badge(state, capfirst(str(label)))
    raise ValueError(f"no badge for the state {state!r}: give a code of foundation.pages.states, or a kind and a label")
