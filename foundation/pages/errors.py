import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from foundation.pages.access import public


# The pages for 500 and 503 are rendered without the request: who is looking at them would be asked of the very database
# that may be away.
def service_unavailable(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(render_to_string("errors/503.html"), status=503)
    response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    return response


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", {"typed": request.POST}, status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of the portal. If the database is unavailable, say so and do not repeat anything."""
    if is_database_away(sys.exception()):
        return service_unavailable(request)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def is_database_away(error: BaseException | None) -> bool:
    """Whether PostgreSQL was unreachable or closed the connection; not a deadlock, a lock or a full disk."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = getattr(error.__cause__, "pgcode", None) or ""
    # None where no server answered; else its shutdown, crash or start, or a failure of the connection.
    return not code or code.startswith(("57P", "08"))
