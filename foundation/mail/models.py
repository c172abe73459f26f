"""Requested emails, and the emails that the demonstration stores."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.text.languages import Language


class Mail(models.Model):
    """A requested email. It has no text: some emails contain secrets, which exist only while they are sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        HELD = "held", _("held after a backup was restored")
        DROPPED = "dropped", _("not sent (decision of an administrator)")
        OBSOLETE = "obsolete", _("no longer needed")

    kind = models.CharField(max_length=60, help_text="a registered composer")
    key = models.CharField(max_length=200, unique=True, help_text="requesting the same key twice gives one email")
    recipient = models.EmailField(blank=True, help_text="removed some time after the email was sent")
    language = models.CharField(max_length=2, choices=Language)
    arguments = models.JSONField(default=dict, help_text="ids only, or a text that is encrypted")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # The column has an older name. Renaming it would break the version that still runs during an update.
    requested_at = models.DateTimeField(auto_now_add=True, db_column="wished_at")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "requested_at"], name="mail_kind_wished_at"),
            # Emails that wait to be sent together have the same value.
            models.Index(fields=["kind", "recipient"], name="mail_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient} ({self.state})"


class DatabaseHome(models.Model):
    """The place of the database when email was last sent (one row). In any other place it is a restored backup."""

    identity = models.CharField(max_length=80)
    has_followed = models.BooleanField(
        default=True, db_default=True, help_text="deadlines that passed before the restore have been followed"
    )

    def __str__(self) -> str:
        return self.identity


class DemoMail(models.Model):
    """An email of the demonstration, shown at /demo/mail/. Only the demonstration's backend writes it."""

    recipient = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True, db_column="kept_at")

    class Meta:
        # An older name, for the same reason as that of `Mail.requested_at`.
        db_table = "foundation_keptmail"

    def __str__(self) -> str:
        return self.subject
