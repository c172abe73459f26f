"""The table of address × method × role: the expected status of every page, in `tests/<app>/access.py`.

    ROWS = [
        Row("votes:ballot", lambda: {"slug": make_ballot().slug}, "GET", everybody(200)),
        Row("votes:position", own_ballot, "POST", only("delegate")),
    ]

`kwargs` creates what the page is about and returns the arguments of the address. What the request of a role changes is
rolled back before the next role's.
An address has a row for each method that it accepts and, if needed, for the person's own object and for somebody
else's (`case`). A method without a row must be refused with 405. `tests/test_addresses.py` runs all rows and fails for
addresses without any.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

from membership.models import Person
from tests.factories.membership import make_accreditation, make_delegate, make_person, make_staff

APPS = (
    "membership", "documents", "schedule", "workshops", "council", "votes", "surveys", "dialogue", "idm_portal",
)  # fmt: skip

# All kinds of visitors. delegate: head of the delegation of the Member State `au`; observer: of the Observer State
# `va`; focal-point: of the Member State `au`; person: an account without role or accreditation.
ROLES: dict[str, Callable[[], Person] | None] = {
    "anonymous": None,
    "person": make_person,
    "editor": lambda: make_staff("editor"),
    "publisher": lambda: make_staff("publisher"),
    "moderator": lambda: make_staff("moderator"),
    "translator": lambda: make_staff("translator"),
    "protocol": lambda: make_staff("protocol"),
    "administrator": lambda: make_staff("administrator"),
    "delegate": lambda: make_delegate("au"),
    "observer": lambda: make_delegate("va", status="observer"),
    "focal-point": lambda: make_accreditation(capacity="focal-point").person,
}
EDITORS = ("editor", "publisher")
# Roles that may read what is only for the secretariat.
READERS = (*EDITORS, "translator")
# Any role, for pages whose object names the people who may see it.
STAFF = (*READERS, "moderator", "protocol", "administrator")
DELEGATIONS = ("delegate", "observer")
ACCREDITED = (*DELEGATIONS, "focal-point")
SIGNED_IN = tuple(role for role in ROLES if role != "anonymous")


class Row(NamedTuple):
    name: str
    kwargs: Callable[[], dict[str, Any]] | None
    method: str
    statuses: dict[str, int]
    data: dict[str, Any] | None = None
    case: str = ""
    json: bool = False  # sent as a JSON body instead of a form


def everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(ROLES, status)


def only(*roles: str, status: int = 200, refused: int = 403, anonymous: int = 302) -> dict[str, int]:
    """Expect the status for these roles and the refusal for the others; anonymous readers go to the sign-in page."""
    return dict.fromkeys(ROLES, refused) | {"anonymous": anonymous} | dict.fromkeys(roles, status)


def table_of(app: str) -> list[Row] | None:
    module = f"tests.{app}.access"
    return import_module(module).ROWS if find_spec(module) else None


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield (full name, entry) of every address. An address without a name is listed by its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner)
        else:
            yield namespace + (entry.name or str(entry.pattern)), entry


def app_of(name: str) -> str:
    """Return the app whose table lists the address."""
    namespace, _colon, _name = name.rpartition(":")
    if namespace in APPS:
        return namespace
    if namespace == "survey_links":
        return "surveys"
    if namespace == "admin" or name.startswith(("account_", "mfa_")):
        return "membership"
    return "idm_portal"
