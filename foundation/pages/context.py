"""The context processor of all templates."""

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from foundation.pages import organization


def portal(request: HttpRequest) -> dict[str, Any]:
    """Add `viewer`, the signed-in person or None, to every template. On public pages this takes no query.

    Messages are in the session, which public pages never read, so only signed-in people see them.
    """
    viewer = getattr(request, "viewer", None) or None  # the middleware sets a lazy object that may be empty
    return {
        "viewer": viewer,
        "messages": get_messages(request) if viewer else (),
        # Read when a template uses it: the pages that say that the database is away do not.
        "organization": SimpleLazyObject(organization.current),
        "demo": settings.DEMO,
        "public_address": settings.PUBLIC_ADDRESS,
    }
