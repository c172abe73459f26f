"""The email backend of the demonstration."""

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from foundation.mail.models import KeptMail


class KeptMailBackend(BaseEmailBackend):
    """Email backend of the demonstration: stores every email in the database and sends none."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        """Store a row for each recipient and return the number of messages."""
        kept = [
            KeptMail(recipient=recipient, subject=message.subject[:300], text=message.body)
            for message in email_messages
            for recipient in message.recipients()
        ]
        KeptMail.objects.bulk_create(kept)
        return len(email_messages)
