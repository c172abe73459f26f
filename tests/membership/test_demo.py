import datetime as dt

import pytest
from django.conf import settings as configured
from django.contrib.auth.hashers import check_password

from foundation.tables.datafiles import DataFileError
from foundation.tables.demodata import DemoLoad
from membership import demo
from membership.checks import no_demonstration_in_production
from membership.models import Accreditation, Entity, Person, Role
from tests.factories.membership import make_person

pytestmark = pytest.mark.django_db
FOLDER = configured.BASE_DIR / "data" / "demo"
PASSWORD = "a password of the demonstration"


@pytest.fixture(autouse=True)
def demo_password(settings) -> None:
    settings.DEMO_PASSWORD = PASSWORD


def load(folder=FOLDER) -> None:
    demo.load(DemoLoad(folder=folder, now=dt.datetime(2026, 3, 1, tzinfo=dt.UTC)))


def everything() -> dict[str, list[tuple]]:
    return {
        "people": list(Person.objects.order_by("pk").values_list()),
        "roles": list(Role.objects.order_by("pk").values_list()),
        "accreditations": list(Accreditation.objects.order_by("pk").values_list()),
    }


def test_every_member_state_of_2010_and_of_today_has_its_three_delegates() -> None:
    load()
    states = set(Entity.objects.members(dt.date(2010, 7, 19)).values_list("code", flat=True))
    states |= set(Entity.objects.members(dt.date(2010, 11, 29)).values_list("code", flat=True))
    states |= set(Entity.objects.members(dt.date(2026, 3, 1)).values_list("code", flat=True))
    wanted = {
        (f"{capacity}.{code}@idm.example", code, capacity, dt.date(2010, 1, 1), None)
        for code in states
        for capacity in ("head", "deputy", "adviser")
    }
    made = Accreditation.objects.values_list("person__email", "entity__code", "capacity", "begins", "ends")
    assert {row for row in made if "observer" not in row[0] and "focal" not in row[0]} == wanted
    names = Person.objects.filter(is_demo=True).values_list("first_name", "last_name")
    assert len(set(names)) == len(names)


def test_staff_have_their_roles_and_only_the_administrator_opens_the_admin() -> None:
    load()
    assert set(Role.objects.values_list("person__email", "name")) == {
        ("editor@idm.example", "editor"),
        ("publisher@idm.example", "publisher"),
        ("admin@idm.example", "administrator"),
        ("moderator@idm.example", "moderator"),
        ("translator@idm.example", "translator"),
        ("protocol@idm.example", "protocol"),
    }
    assert list(Person.objects.filter(is_staff=True).values_list("email", flat=True)) == ["admin@idm.example"]
    assert not Person.objects.filter(is_superuser=True).exists()


def test_loading_twice_changes_nothing_and_takes_few_queries(django_assert_max_num_queries) -> None:
    load()
    before = everything()
    with django_assert_max_num_queries(60):
        load()
    assert everything() == before


def test_another_password_replaces_the_former_one_and_nobody_elses(settings) -> None:
    outsider = make_person("outsider@idm.example", password="her own")
    load()
    settings.DEMO_PASSWORD = "another password"
    load()
    hashes = set(Person.objects.filter(is_demo=True).values_list("password", flat=True))
    assert [check_password("another password", known) for known in hashes] == [True]
    outsider.refresh_from_db()
    assert outsider.check_password("her own")


def test_an_unknown_role_is_named_with_its_line(tmp_path) -> None:
    folder = tmp_path / "demo" / "membership"
    folder.mkdir(parents=True)
    (tmp_path / "register").symlink_to(configured.BASE_DIR / "data" / "register")
    (folder / "people.csv").write_text((FOLDER / "membership" / "people.csv").read_text())
    header = "email,title,first_name,last_name,language,roles,entity,capacity\n"
    (folder / "accounts.csv").write_text(header + "x@idm.example,,A,B,en,editr,,\n")
    with pytest.raises(DataFileError, match=r"^accounts\.csv, line 2: no such role: editr$"):
        load(tmp_path / "demo")


def test_production_refuses_to_start_with_the_invented_accounts(settings) -> None:
    assert no_demonstration_in_production(databases=["default"]) == []
    make_person(is_demo=True)
    assert no_demonstration_in_production(databases=["default"]) == []
    settings.PRODUCTION = True
    assert [error.id for error in no_demonstration_in_production(databases=["default"])] == ["membership.E001"]
    assert no_demonstration_in_production() == []
