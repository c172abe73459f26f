"""Counts of invalid links by network, which slow down guessing."""

from django.db import models


class WrongLinks(models.Model):
    """Invalid links of one network in one minute. Rows are deleted long after their minute.

    `key` is a keyed hash of network and minute, so that the table contains no addresses.
    """

    key = models.CharField(max_length=32, primary_key=True)
    minute = models.BigIntegerField(db_index=True, help_text="since 1970")
    wrong = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.wrong} wrong links in a minute"
