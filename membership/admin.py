"""Django's admin, read-only, for administrators. Only services change data.

Apps show a model with `site.register(Model, ReadOnly)`; never votes, positions, answers, tokens or email.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from foundation.pages.access import mark
from membership.models import (
    Accreditation,
    Entity,
    EntityName,
    EntityStatus,
    Group,
    GroupMembership,
    Person,
    Role,
    RoleName,
    VotingSuspension,
)
from membership.permissions import rights_of, second_factor_first, sign_in_first

_FOR_ANYBODY = {"login"}


class PortalAdminSite(AdminSite):
    site_header = _("IDM portal: data (read only)")
    site_title = _("IDM portal")
    index_title = _("Data")
    enable_nav_sidebar = False
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        return rights_of(request).has_role(RoleName.ADMINISTRATOR)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirect to the portal's sign-in page. Signed-in people who are not administrators get 403."""
        if not getattr(request, "viewer", None):
            return sign_in_first(request)
        if rights_of(request).awaits_second_factor:
            return second_factor_first(request)
        raise PermissionDenied

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_change_password")

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        guarded = super().admin_view(view, cacheable)

        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                return self.login(request)
            if request.method not in {"GET", "HEAD"} and view != self.logout:
                return HttpResponseNotAllowed(["GET", "HEAD"])
            return guarded(request, *args, **kwargs)

        return entered

    def get_urls(self) -> list[URLPattern | URLResolver]:
        entries = super().get_urls()
        _mark_all(entries)
        return entries


def _mark_all(entries: Iterable[URLPattern | URLResolver]) -> None:
    for entry in entries:
        if isinstance(entry, URLResolver):
            # Without a name: addresses of earlier Django versions, which are not used here.
            entry.url_patterns[:] = [inner for inner in entry.url_patterns if getattr(inner, "name", True)]
            _mark_all(entry.url_patterns)
        elif not hasattr(entry.callback, "access"):
            # A method cannot carry an access mark, so a function wraps it.
            view = entry.callback
            entry.callback = mark(
                lambda request, *args, view=view, **kwargs: view(request, *args, **kwargs),
                "public" if entry.name in _FOR_ANYBODY else "role:administrator",
            )


class ReadOnly(ModelAdmin):
    actions = None
    list_per_page = 100
    show_full_result_count = False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """Return the row, also if the address has an empty `_to_field`, on which Django fails."""
        return super().get_object(request, object_id, from_field or None)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


site = PortalAdminSite(name="admin")


class PersonAdmin(ReadOnly):
    """Hides the password and fields that only Django's own permissions use."""

    fields = ("email", "title", "first_name", "last_name", "language", "zone", "is_active", "is_demo", "joined_at")
    readonly_fields = fields
    list_display = ("email", "first_name", "last_name", "is_active", "is_demo")
    search_fields = ("email", "first_name", "last_name")


class NameAdmin(ReadOnly):
    list_display = ("entity", "language", "short", "begins", "ends")
    list_select_related = ("entity",)
    list_filter = ("language",)
    search_fields = ("short", "formal")


class StatusAdmin(ReadOnly):
    list_display = ("entity", "status", "begins", "ends", "decision")
    list_select_related = ("entity",)
    list_filter = ("status",)


class AccreditationAdmin(ReadOnly):
    list_display = ("person", "entity", "capacity", "begins", "ends")
    list_select_related = ("person", "entity")
    list_filter = ("capacity",)
    search_fields = ("person__email", "person__last_name", "entity__code")


class RoleAdmin(ReadOnly):
    list_display = ("person", "name", "begins", "ends")
    list_select_related = ("person",)
    list_filter = ("name",)


class EntityAdmin(ReadOnly):
    list_display = ("code", "kind", "region", "is_illustrative")
    list_filter = ("kind", "region")
    search_fields = ("code",)


class SuspensionAdmin(ReadOnly):
    list_display = ("entity", "begins", "ends", "decision")
    list_select_related = ("entity",)


class GroupMembershipAdmin(ReadOnly):
    list_display = ("group", "entity", "begins", "ends", "is_coordinator")
    list_select_related = ("group", "entity")
    list_filter = ("group",)


site.register(Entity, EntityAdmin)
site.register(EntityName, NameAdmin)
site.register(EntityStatus, StatusAdmin)
site.register(VotingSuspension, SuspensionAdmin)
site.register(Group, ReadOnly)
site.register(GroupMembership, GroupMembershipAdmin)
site.register(Person, PersonAdmin)
site.register(Role, RoleAdmin)
site.register(Accreditation, AccreditationAdmin)
