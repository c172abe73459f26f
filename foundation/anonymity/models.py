from django.db import models


class TableRewrite(models.Model):
    """A table whose file may still hold deleted rows (see `rewriting`). The row goes when they are gone."""

    name = models.CharField(max_length=63, primary_key=True)
    # So that a request that comes during the rewriting is not lost.
    requests = models.PositiveIntegerField(default=1)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
