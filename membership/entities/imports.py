"""The register as a table: a list of States and organizations with their names, and optionally status and mailbox."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from foundation.refusals import Refused
from foundation.tables.cells import as_choice
from foundation.tables.importing import Changes, TableImport, Values, table_import
from foundation.tables.incoming import Column
from foundation.text import Language
from foundation.text.letters import clean_address
from membership.entities.list_import import import_lines, known_rows, lock_register, plan_line
from membership.models import EntityKind, Status


def _mailbox(written: str) -> str:
    address = clean_address(written)
    try:
        validate_email(address)
    except ValidationError as invalid:
        raise Refused(*invalid.messages) from invalid
    return address


def _lower(written: str) -> str:
    return written.lower()


def _name_columns() -> Iterator[Column]:
    labels = {
        "short": gettext_lazy("Short name"),
        "formal": gettext_lazy("Formal name"),
        "article": gettext_lazy("Article"),
        "sort_key": gettext_lazy("Sort key"),
        "acronym": gettext_lazy("Acronym"),
    }
    hints = {
        "formal": gettext_lazy("with its article, as in a sentence; the short name if blank"),
        "article": gettext_lazy("of the short name"),
        "sort_key": gettext_lazy("made from the short name if blank"),
    }
    for language in Language.values:
        for name in labels:
            is_needed = name == "short" and language == Language.ENGLISH
            yield Column(
                f"{name}_{language}",
                format_lazy("{label} ({language})", label=labels[name], language=language),
                needed=is_needed,
                blank=not is_needed,
                hint=hints.get(name, ""),
            )


COLUMNS = (
    Column(
        "code",
        gettext_lazy("Code"),
        read=_lower,
        hint=gettext_lazy("two-letter ISO code of a State, or a word such as org-au"),
    ),
    Column(
        "kind",
        gettext_lazy("Kind"),
        read=as_choice(EntityKind),
        needed=False,
        blank=True,
        hint=gettext_lazy("state if blank"),
    ),
    Column(
        "region",
        gettext_lazy("Regional group"),
        read=_lower,
        needed=False,
        blank=True,
        hint=gettext_lazy("its code, for example africa"),
    ),
    *_name_columns(),
    Column(
        "names_from",
        gettext_lazy("Names from"),
        is_day=True,
        needed=False,
        blank=True,
        empty=None,
        hint=gettext_lazy("first day on which the new names apply; leave blank to correct the current names"),
    ),
    Column(
        "status",
        gettext_lazy("Status"),
        read=as_choice(Status),
        needed=False,
        blank=True,
        hint=gettext_lazy("member or observer; leave blank to change nothing"),
    ),
    Column("status_from", gettext_lazy("Status from"), is_day=True, needed=False, blank=True, empty=None),
    Column(
        "decision",
        gettext_lazy("Decision"),
        needed=False,
        blank=True,
        hint=gettext_lazy("on which the status is based"),
    ),
    Column("mailbox", gettext_lazy("Mailbox"), read=_mailbox, needed=False, blank=True),
)


@table_import
class RegisterImport(TableImport):
    """Import of entries. With the option `correct`, entries that the register already has are changed as well."""

    kind = "membership.register"
    columns = COLUMNS
    key = ("code",)

    def lock(self) -> None:
        lock_register()

    def prepare(self, rows: Sequence[Values]) -> None:
        self.known = known_rows({values["code"] for values in rows})

    def compare(self, values: Values) -> Changes | None:
        wanted = plan_line(values, self.known)
        if wanted.is_new:
            return None
        return wanted.changes if self.options.get("correct") else {}

    def write(self, rows: Sequence[Values], *, actor: Any) -> None:
        import_lines(rows, actor=actor)
