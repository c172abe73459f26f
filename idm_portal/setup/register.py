"""The shipped list of States, as the set-up previews and loads it."""

from typing import Any

from django.db import transaction

from foundation.refusals import Refused
from foundation.tables.importing import Plan, plan_of, read_for
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import CSV
from membership.entities.imports import RegisterImport
from membership.entities.list_import import SHIPPED, import_lines


def planned() -> Plan:
    """Return what loading the list would add. States that the register has are left as they are."""
    source = RegisterImport("", {})
    return plan_of(source, read_for(source, CheckedFile(SHIPPED.name, CSV, SHIPPED.read_bytes())), None)


@transaction.atomic
def load_shipped(*, actor: Any) -> dict[str, int]:
    """Add the States that the register does not have, and return how many. Raises Refused if a line has an error."""
    plan = planned()
    problems = [sentence for row in plan.rows for several in row.problems.values() for sentence in several]
    if problems:
        raise Refused(*problems[:5])
    return import_lines([row.values for row in plan.written], actor=actor)
