"""Records of changes to public pages, and counts of invalid links by network."""

import pgtrigger
from django.db import models


class PublicChange(models.Model):
    """A record that a table behind public pages has changed. The sum of all numbers grows with every change.

    Changes insert rows and never update them, so that writers do not wait for each other and the sum does not depend
    on the order in which they commit. `foundation.pages.changes` merges rows without changing the sum.
    """

    number = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return str(self.number)


def changes_public_pages() -> pgtrigger.Trigger:
    """Return the trigger for a table that a `revision_of` reads. It records every change, also those by plain SQL."""
    return pgtrigger.Trigger(
        name="changes_public_pages",
        level=pgtrigger.Statement,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        when=pgtrigger.After,
        func="PERFORM foundation_note_public_change(); RETURN NULL;",
    )


class WrongLinks(models.Model):
    """Invalid links of one network in one minute. Rows are deleted long after their minute.

    `key` is a keyed hash of network and minute, so that the table contains no addresses.
    """

    key = models.CharField(max_length=32, primary_key=True)
    minute = models.BigIntegerField(db_index=True, help_text="since 1970")
    wrong = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.wrong} wrong links in a minute"
