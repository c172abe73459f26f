"""Emails whose text is known only when they are requested, such as a sign-in code. It is stored encrypted."""

import base64
import datetime as dt
import hashlib
import json
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from foundation.mail.models import Mail
from foundation.mail.services import SEALED, Message, mail_composer, request_mail
from foundation.time.clock import database_now

KIND = "foundation.sealed"


def request_sealed_mail(*, recipient: str, language: str, message: Message, valid_for: dt.timedelta | None) -> Mail:
    """Request an email with this text, for somebody who waits for it. It is not sent after `valid_for`."""
    content = json.dumps({"subject": message.subject, "text": message.text, "html": message.html})
    until = (database_now() + valid_for).timestamp() if valid_for else None
    return request_mail(
        kind=KIND,
        key=f"{KIND}:{secrets.token_hex(16)}",
        recipient=recipient,
        language=language,
        arguments={SEALED: _keys().encrypt(content.encode()).decode(), "until": until},
        is_awaited=True,
    )


@mail_composer(KIND)
def compose_sealed(*, language: str, sealed: str, until: float | None) -> Message | None:
    """Return the email, or None if its code or link is no longer valid, or if the key that sealed it was replaced."""
    if until is not None and database_now().timestamp() > until:
        return None
    try:
        return Message(**json.loads(_keys().decrypt(sealed.encode())))
    except InvalidToken:
        return None


def _keys() -> MultiFernet:
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"sealed mail:{key}".encode()).digest()))
            for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        ]
    )
