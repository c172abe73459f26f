"""Second factors after the secret key was replaced."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import call_command
from django.core.management.base import CommandError

from membership.authenticators import reencrypt
from tests.factories.membership import make_staff

NEW = "y" * 50


def with_second_factor() -> str:
    person, secret = make_staff("editor"), generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


def secret_of_the_app() -> str:
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    return get_adapter().decrypt(row.data["secret"])


@pytest.mark.django_db
def test_secrets_are_read_without_the_old_key_once_they_are_encrypted_again(settings) -> None:
    secret = with_second_factor()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], NEW
    assert reencrypt() == (2, 0)
    settings.SECRET_KEY_FALLBACKS = []
    assert secret_of_the_app() == secret


@pytest.mark.django_db
def test_secrets_that_no_key_reads_are_counted_and_left(settings) -> None:
    secret, old = with_second_factor(), settings.SECRET_KEY
    settings.SECRET_KEY = NEW
    with pytest.raises(CommandError, match="2 could not be read"):
        call_command("reencrypt_authenticators")
    settings.SECRET_KEY = old
    assert secret_of_the_app() == secret
