"""The portal's addresses, and the style guide with answers for its sample requests."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import path

from foundation.pages.access import public
from foundation.pages.errors import forbidden, not_found, server_error, service_unavailable
from foundation.pages.styleguide import styleguide
from idm_portal import urls

handler404 = not_found
handler403 = forbidden
handler500 = server_error


@public
def order(request: HttpRequest) -> HttpResponse:
    """Accept every new order, except for item 2, which somebody else has moved meanwhile."""
    if request.POST["moved"] == "2":
        return HttpResponse("<p data-clash-message>Another editor moved this item.</p>", status=409)
    return HttpResponse(status=204, headers={"X-Edit-Version": str(int(request.POST["edit_version"]) + 1)})


urlpatterns = [
    *i18n_patterns(
        path("components/", styleguide, name="styleguide"),
        path("components/order/", order),
        path("away/", service_unavailable),
        prefix_default_language=False,
    ),
    # Without the demonstration's own style guide, which has the same name.
    *(entry for entry in urls.urlpatterns if str(entry.pattern) != "demo/"),
]
