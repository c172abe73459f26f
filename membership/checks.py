from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections

from membership.models import Person


@register(Tags.database)
def no_demonstration_in_production(databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """Return an error if a production database has demonstration accounts, whose password is public.

    Run by `manage.py check --database default`.
    """
    if not settings.PRODUCTION:
        return []
    errors = []
    for alias in databases or ():
        made = Person._meta.db_table in connections[alias].introspection.table_names()
        if made and Person.objects.using(alias).filter(is_demo=True).exists():
            errors.append(
                Error(
                    "The database holds the invented accounts of the demonstration.",
                    hint="Start production on a database into which load_demo never wrote.",
                    id="membership.E001",
                )
            )
    return errors
