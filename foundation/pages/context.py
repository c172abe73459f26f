from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """`viewer` is the signed-in person or nothing; on a page for the public it costs no query.

    Messages lie in the session, which a page for the public never reads: they are for the signed-in alone.
    """
    viewer = getattr(request, "viewer", None) or None  # the middleware gives a lazy object, which may stand for nobody
    return {
        "viewer": viewer,
        "messages": get_messages(request) if viewer else (),
        "demo": settings.DEMO,
        "public_address": settings.PUBLIC_ADDRESS,
    }
