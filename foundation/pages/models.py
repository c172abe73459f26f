"""Rows behind public pages: what changed, and counts of invalid links by network, which slow down guessing."""

import pgtrigger
from django.db import models


class PublicChange(models.Model):
    """A change of a table whose rows decide the revision of a public page. The sum of all numbers tells them apart.

    Rows are only inserted, so that writers never wait for each other, and the sum grows whatever the order in which
    they commit. `foundation.pages.changes` adds rows up without changing the sum.
    """

    number = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return str(self.number)


def changes_public_pages() -> pgtrigger.Trigger:
    """Return the trigger of a table that a `revision_of` reads: it notes a change, however the table is changed."""
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
