"""The email backend of the demonstration."""

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from foundation.mail.models import DemoMail


class DemoMailBackend(BaseEmailBackend):
    """Email backend of the demonstration: stores every email in the database and sends none."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        """Store a row for each recipient and return the number of messages."""
        DemoMail.objects.bulk_create(
            DemoMail(recipient=recipient, subject=message.subject[:300], text=message.body)
            for message in email_messages
            for recipient in message.recipients()
        )
        return len(email_messages)
