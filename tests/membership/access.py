"""Expected answers of this app's addresses, the sign-in and the read-only admin, by role."""

from collections.abc import Callable
from typing import Any

from foundation.tables.uploads import store_table
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import CSV
from membership.admin import site
from membership.entities.imports import RegisterImport
from membership.models import EntityName, Group, GroupMembership, Role, VotingSuspension
from tests.access import ACCREDITED, SIGNED_IN, Row, everybody, only
from tests.factories.membership import make_accreditation, make_person, make_staff, make_state

ADMINISTRATOR = ("administrator",)


def person() -> dict[str, Any]:
    return {"person_id": make_person().pk}


def closing() -> dict[str, Any]:
    return {"person_id": make_person().pk, "act": "close"}


def role() -> dict[str, Any]:
    return {"role_id": Role.objects.get(person=make_staff("editor")).pk}


def accreditation() -> dict[str, Any]:
    return {"accreditation_id": make_accreditation().pk}


def as_csv() -> dict[str, Any]:
    return {"kind": "csv"}


TABLE = "code,short_en,short_fr,short_es\nke,Kenya,Kenya,Kenya\n"
TABLE_FILE = ("rows.csv", TABLE.encode(), "text/csv")


def uploaded() -> dict[str, Any]:
    """Return the arguments of the address, after a protocol officer has uploaded a list."""
    file = CheckedFile("rows.csv", CSV, TABLE.encode())
    return {"upload_id": store_table(RegisterImport("", {}), file=file, actor=make_staff("protocol")).pk}


def reset_key() -> dict[str, Any]:
    return {"uidb36": "1", "key": "set-password"}


OWN = [
    Row("membership:account", None, "GET", only(*SIGNED_IN)),
    Row("membership:account", None, "POST", only(*SIGNED_IN), case="empty form"),
    Row("membership:register", None, "GET", everybody(200)),
    Row("membership:register_export", as_csv, "GET", everybody(200)),
    Row("membership:delegation", None, "GET", only(*ACCREDITED)),
    Row("membership:delegation_choose", None, "GET", only(*SIGNED_IN)),
    Row("membership:delegation_choose", None, "POST", only(*SIGNED_IN), case="empty form"),
]

MANAGED = [
    Row("membership:people", None, "GET", only(*ADMINISTRATOR)),
    Row("membership:people_export", as_csv, "GET", only(*ADMINISTRATOR)),
    Row("membership:person_new", None, "GET", only(*ADMINISTRATOR)),
    Row("membership:person_new", None, "POST", only(*ADMINISTRATOR), case="empty form"),
    Row("membership:person", person, "GET", only(*ADMINISTRATOR)),
    Row("membership:role_grant", person, "POST", only(*ADMINISTRATOR, status=302), {"role-name": "editor"}),
    Row("membership:accreditation_add", person, "POST", only(*ADMINISTRATOR, status=422), case="empty form"),
    Row("membership:person_act", closing, "GET", only(*ADMINISTRATOR)),
    Row("membership:person_act", closing, "POST", only(*ADMINISTRATOR, status=302)),
    Row("membership:role_end", role, "GET", only(*ADMINISTRATOR)),
    Row("membership:role_end", role, "POST", only(*ADMINISTRATOR, status=302), {"confirmed": "yes"}),
    Row("membership:accreditation_end", accreditation, "GET", only(*ADMINISTRATOR)),
    Row("membership:accreditation_end", accreditation, "POST", only(*ADMINISTRATOR, status=302), {"confirmed": "yes"}),
]

# Signed-in people are redirected from the pages of the sign-in.
ENTRANCE = only(status=302, refused=302, anonymous=200)
SENT_AWAY = everybody(302)

SIGN_IN = [
    Row("account_signup", None, "GET", everybody(404)),
    Row("account_signup", None, "POST", everybody(404)),
    Row("account_login", None, "GET", ENTRANCE),
    Row("account_login", None, "POST", ENTRANCE),
    Row("account_request_login_code", None, "GET", ENTRANCE),
    Row("account_request_login_code", None, "POST", ENTRANCE),
    Row("account_confirm_login_code", None, "GET", SENT_AWAY),
    Row("account_confirm_login_code", None, "POST", SENT_AWAY),
    Row("account_logout", None, "GET", only(*SIGNED_IN)),
    Row("account_logout", None, "POST", SENT_AWAY),
    Row("account_inactive", None, "GET", everybody(200)),
    Row("account_reauthenticate", None, "GET", only(), case="without a password"),
    Row("account_reauthenticate", None, "POST", only(), case="without a password"),
    Row("account_change_password", None, "GET", SENT_AWAY, case="without a password: to the page that sets one"),
    Row("account_change_password", None, "POST", SENT_AWAY),
    Row("account_set_password", None, "GET", only(*SIGNED_IN)),
    Row("account_set_password", None, "POST", only(*SIGNED_IN)),
    Row("account_reset_password", None, "GET", everybody(200)),
    Row("account_reset_password", None, "POST", everybody(200)),
    Row("account_reset_password_done", None, "GET", everybody(200)),
    Row("account_reset_password_from_key_done", None, "GET", everybody(200)),
    Row("account_reset_password_from_key", reset_key, "GET", everybody(200), case="a link that is no good"),
    Row("account_reset_password_from_key", reset_key, "POST", everybody(200), case="a link that is no good"),
    Row("mfa_index", None, "GET", only(*SIGNED_IN)),
    Row("mfa_authenticate", None, "GET", SENT_AWAY),
    Row("mfa_authenticate", None, "POST", SENT_AWAY),
    Row("mfa_reauthenticate", None, "GET", only(), case="without a second factor"),
    Row("mfa_reauthenticate", None, "POST", only(), case="without a second factor"),
    Row("mfa_activate_totp", None, "GET", only(*SIGNED_IN)),
    Row("mfa_activate_totp", None, "POST", only(*SIGNED_IN)),
    Row("mfa_deactivate_totp", None, "GET", only(refused=404), case="there is none"),
    Row("mfa_deactivate_totp", None, "POST", only(refused=404), case="there is none"),
    Row("mfa_view_recovery_codes", None, "GET", only(refused=404), case="there are none"),
    Row("mfa_generate_recovery_codes", None, "GET", only(*SIGNED_IN)),
    Row("mfa_generate_recovery_codes", None, "POST", only(*SIGNED_IN)),
    Row("mfa_download_recovery_codes", None, "GET", only(refused=404), case="there are none"),
]


def nothing() -> dict[str, Any]:
    return {"object_id": "0"}


def no_object() -> dict[str, Any]:
    return {"content_type_id": "0", "object_id": "0"}


def admin_rows() -> list[Row]:
    """Administrators can view but not change; others have no access."""
    rows = [
        Row("admin:index", None, "GET", only(*ADMINISTRATOR)),
        Row("admin:app_list", lambda: {"app_label": "membership"}, "GET", only(*ADMINISTRATOR)),
        Row("admin:jsi18n", None, "GET", only(*ADMINISTRATOR)),
        Row("admin:autocomplete", None, "GET", only()),
        Row("admin:view_on_site", no_object, "GET", only(*ADMINISTRATOR, status=404)),
        Row("admin:login", None, "GET", only()),
        Row("admin:login", None, "POST", only()),
        Row("admin:logout", None, "POST", only(*ADMINISTRATOR, status=200)),
        Row("admin:password_change", None, "GET", only(*ADMINISTRATOR, status=302)),
        Row("admin:password_change_done", None, "GET", only(*ADMINISTRATOR)),
    ]
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        rows += [
            Row(f"{name}_changelist", None, "GET", only(*ADMINISTRATOR)),
            Row(f"{name}_change", nothing, "GET", only(*ADMINISTRATOR, status=302), case="no such row"),
            Row(f"{name}_history", nothing, "GET", only(*ADMINISTRATOR, status=302), case="no such row"),
            Row(f"{name}_add", None, "GET", only()),
            Row(f"{name}_delete", nothing, "GET", only()),
        ]
    return rows


def entry() -> dict[str, Any]:
    return {"code": make_state("ke").code}


def name_of_entry() -> dict[str, Any]:
    return {"code": "ke", "name_id": EntityName.objects.filter(entity=make_state("ke")).latest("pk").pk}


def group() -> dict[str, Any]:
    return {"code": Group.objects.get_or_create(code="jusca", defaults={"kind": "group", "name_en": "JUSCA"})[0].code}


def period(kind: str) -> Callable[[], dict[str, Any]]:
    """Return a function that creates a row of this kind and returns the arguments of its address."""

    def made() -> dict[str, Any]:
        state = make_state("ke")
        if kind == "status":
            row: Any = state.statuses.get()
        elif kind == "suspension":
            row = VotingSuspension.objects.create(entity=state, decision="Resolution 2")
        else:
            row = GroupMembership.objects.create(entity=state, group=Group.objects.get(**group()))
        return {"code": "ke", "kind": kind, "row_id": row.pk}

    return made


def adding(kind: str) -> Callable[[], dict[str, Any]]:
    return lambda: {**entry(), "kind": kind}


OFFICER = ("protocol",)


def officers(name: str, kwargs: Callable[[], dict[str, Any]] | None, *, post: bool = True) -> list[Row]:
    rows = [Row(name, kwargs, "GET", only(*OFFICER))]
    return [*rows, Row(name, kwargs, "POST", only(*OFFICER), case="empty form")] if post else rows


ENTRIES = [
    *officers("membership:entries", None, post=False),
    *officers("membership:entry_new", None),
    *officers("membership:entry", entry, post=False),
    *officers("membership:entry_history", entry, post=False),
    *officers("membership:entry_details", entry),
    *officers("membership:names_succeed", entry),
    *officers("membership:names_correct", name_of_entry),
    *officers("membership:period_add", adding("status")),
    *officers("membership:period_edit", period("suspension")),
    Row("membership:period_remove", period("group"), "GET", only(*OFFICER)),
    Row("membership:period_remove", period("group"), "POST", only(*OFFICER, status=409), case="without a version"),
    *officers("membership:group", group, post=False),
    *officers("membership:group_new", None),
    *officers("membership:group_edit", group),
]

KEEPERS = ("protocol", "administrator")
REGISTER = [
    Row("membership:register_import", None, "GET", only(*KEEPERS)),
    Row("membership:register_import", None, "POST", only(*KEEPERS, status=400), case="empty form"),
    Row("membership:register_import_preview", uploaded, "GET", only(*KEEPERS, status=404), case="of somebody else"),
    Row("membership:register_import_preview", uploaded, "POST", only(*KEEPERS, status=404), case="of somebody else"),
    Row("membership:register_import_refused", uploaded, "GET", only(*KEEPERS, status=404), case="of somebody else"),
    Row("membership:register_import_cancel", uploaded, "POST", only(*KEEPERS, status=302)),
]

ROWS = OWN + ENTRIES + REGISTER + MANAGED + SIGN_IN + admin_rows()
