"""Contributions as a table: the file of a partner's platform, our own export, and the demonstration's data file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dialogue.models import Attribution, Dialogue
from dialogue.services import import_contributions
from dialogue.services.contribution_imports import contribution_of, differences, known_contributions, topics_of
from dialogue.services.rows import locked, refuse_concluded
from foundation.refusals import Refused
from foundation.tables.cells import as_choice, as_yes_or_no
from foundation.tables.datafiles import DataFileError
from foundation.tables.importing import Changes, TableImport, Values, plan_of, read_for, table_import
from foundation.tables.incoming import Column
from foundation.text import Language
from foundation.time.clock import database_now
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import CSV


def _number(written: str) -> int:
    if not written.isdecimal() or len(written) > 3:
        raise Refused(_("Enter the number of a question, not “%(written)s”.") % {"written": written[:50]})
    return int(written)


CODE = Column(
    "code",
    gettext_lazy("Code"),
    ("référence", "referencia"),
    hint=gettext_lazy("permanent; lowercase letters, digits and hyphens"),
)
NUMBER = Column(
    "topic",
    gettext_lazy("No."),
    ("question number", "numéro de question", "número de pregunta"),
    _number,
    hint=gettext_lazy("number of the question"),
)
TEXT = Column("text", gettext_lazy("Contribution"), ("texte", "texto"))
LANGUAGE = Column("language", gettext_lazy("Language"), read=as_choice(Language), hint=gettext_lazy("en, fr or es"))
WRITTEN_ON = Column(
    "written_on",
    gettext_lazy("Written on"),
    ("date", "fecha"),
    is_day=True,
    hint=gettext_lazy("a date such as 2010-07-12 or 12/07/2010"),
)
NAME = Column("author_name", gettext_lazy("Name"), ("author", "auteur", "autor"), needed=False, blank=True)
DESCRIPTION = Column("author_description", gettext_lazy("Description"), needed=False, blank=True)
MAY_QUOTE = Column("may_quote", gettext_lazy("May be quoted"), read=as_yes_or_no, hint=gettext_lazy("yes or no"))
ATTRIBUTION = Column(
    "attribution",
    gettext_lazy("Attribution"),
    read=as_choice(Attribution),
    empty=Attribution.NONE.value,
    needed=False,
    blank=True,
    hint=gettext_lazy("name, description or none"),
)
# Columns of the portal's own export that an import ignores.
QUESTION = Column("question", gettext_lazy("Question"), taken=False)
STATE = Column("state", pgettext_lazy("progress", "Status"), taken=False)
REASON = Column("reason", gettext_lazy("Reason"), taken=False)
SOURCE = Column("source", gettext_lazy("Source"), taken=False)
EXPORTED = (
    CODE, NUMBER, QUESTION, TEXT, LANGUAGE, WRITTEN_ON, NAME, DESCRIPTION, MAY_QUOTE, ATTRIBUTION, STATE, REASON,
    SOURCE,
)  # fmt: skip
# The demonstration's data files say in this column how each contribution was invented.
NOTE = Column("note", taken=False)


@table_import
class ContributionImport(TableImport):
    """Import of contributions. `subject` is the id of the dialogue; `options` are `source` and `approved`."""

    kind = "dialogue.contributions"
    columns = (*EXPORTED, NOTE)
    key = ("topic", "code")

    def lock(self) -> None:
        locked(int(self.subject))

    def prepare(self, rows: Sequence[Values]) -> None:
        dialogue = Dialogue.objects.get(pk=self.subject)
        refuse_concluded(dialogue)
        self.moment = database_now()
        self.topics, self.known = topics_of(dialogue), known_contributions(dialogue, rows)

    def compare(self, values: Values) -> Changes | None:
        sent = contribution_of(self.topics, values, source=self.options["source"], moment=self.moment)
        held = self.known.get((values["topic"], values["code"]))
        return differences(held, sent, values) if held else None

    def write(self, rows: Sequence[Values], *, actor: Any) -> None:
        dialogue = Dialogue.objects.get(pk=self.subject)
        import_contributions(dialogue=dialogue, rows=rows, actor=actor, **self.options)


def rows_of(dialogue: Dialogue, path: Path, source: str) -> list[Values]:
    """Return the rows of a data file for `import_contributions`. Raises DataFileError for the first invalid line."""
    importing = ContributionImport(str(dialogue.pk), {"source": source, "approved": True})
    try:
        plan = plan_of(importing, read_for(importing, CheckedFile(path.name, CSV, path.read_bytes())), None)
    except Refused as refused:
        raise DataFileError(path, None, str(refused)) from refused
    for row in plan.rows:
        for column, sentences in row.problems.items():
            raise DataFileError(path, row.number, f"{column}: {' '.join(sentences)}")
    return [row.values for row in plan.rows]
