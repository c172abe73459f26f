from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the secretariat and by focal points, never by whoever passes."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
