"""How often a network has come with links that are not in use: what slows whoever guesses."""

from django.db import models


class WrongLinks(models.Model):
    """Wrong links of one network in one minute; a row is swept when its minute has long passed.

    `key` is a keyed hash of network and minute, so that the table holds nobody's address.
    """

    key = models.CharField(max_length=32, primary_key=True)
    minute = models.BigIntegerField(db_index=True, help_text="since 1970")
    wrong = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.wrong} wrong links in a minute"
