import datetime as dt
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from foundation.tables.datafiles import DataFileError
from membership.models import Entity, EntityName, EntityStatus, Group
from membership.names import Name, names_in_languages, names_on
from membership.register import load_register

pytestmark = pytest.mark.django_db
REGISTER = settings.BASE_DIR / "data" / "register"
WORKSHOP = dt.date(2010, 7, 19)

FILES = {
    "groups.csv": "code,kind,name_en,name_fr,name_es\nafrica,region,African States,États d'Afrique,Estados de África\n",
    "entities.csv": "code,kind,iso2,region,acronym,note\nke,state,ke,africa,,\n",
    "names.csv": (
        "code,from,to,language,short,formal,article,sort_key,acronym\n"
        "ke,,2010-08-27,en,Kenya,the Republic of Kenya,,kenya,\n"
        "ke,2010-08-27,,en,New Kenya,the Republic of New Kenya,,new kenya,\n"
    ),
    "status.csv": "code,status,from,to,decision,note\nke,member,,,Resolution 1,\n",
    "voting_rights.csv": "code,right,from,to,decision,note\nke,no,2010-01-01,2010-02-01,Resolution 2,\n",
    "group_members.csv": "group,entity,from,to,role,note\nafrica,ke,,,coordinator,\n",
}


def register_with(folder: Path, **changed: str) -> Path:
    """Write the small register above with some of its files replaced."""
    for name, text in FILES.items():
        (folder / name).write_text(changed.get(name.removesuffix(".csv"), text), encoding="utf-8")
    return folder


def test_the_whole_register_is_loaded_and_a_second_load_changes_nothing() -> None:
    first = load_register(folder=REGISTER)
    assert all(first.values())
    assert (
        Entity.objects.members(WORKSHOP).count(),
        Entity.objects.states().with_status(WORKSHOP, "observer").count(),
        Entity.objects.members(dt.date(2010, 11, 29)).count(),
    ) == (127, 17, 132)
    assert load_register(folder=REGISTER) == dict.fromkeys(first, 0)


def test_the_register_is_loaded_in_a_constant_number_of_queries(django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(40):
        load_register(folder=REGISTER)
    assert Entity.objects.count() > 150


def test_names_are_those_of_the_day_in_one_query(tmp_path, django_assert_num_queries) -> None:
    load_register(folder=register_with(tmp_path))
    kenya = Entity.objects.get(code="ke")
    with django_assert_num_queries(1):
        before = names_on([kenya.pk], dt.date(2010, 8, 26), "en")
    assert before == {kenya.pk: Name("Kenya", "the Republic of Kenya", "", "kenya")}
    assert names_on([kenya.pk], dt.date(2010, 8, 27), "fr")[kenya.pk].short == "New Kenya"
    with django_assert_num_queries(0):
        assert names_on([], WORKSHOP, "en") == {}


def test_names_come_in_protocol_order_of_each_language() -> None:
    load_register(folder=REGISTER)
    ids = dict(Entity.objects.filter(code__in=["de", "ch", "za"]).values_list("pk", "code"))
    order = {code: [ids[pk] for pk in names_on(ids, WORKSHOP, code)] for code in ("en", "fr", "es")}
    assert order == {"en": ["de", "za", "ch"], "fr": ["za", "de", "ch"], "es": ["de", "za", "ch"]}
    paged = Entity.objects.filter(pk__in=ids).in_protocol_order("fr", WORKSHOP).values_list("code", flat=True)
    assert list(paged) == order["fr"]


def test_a_name_in_a_sentence_has_its_article() -> None:
    load_register(folder=REGISTER)
    australia = Entity.objects.get(code="au").pk
    named = names_in_languages([australia], WORKSHOP)[australia]
    assert {code: name.in_sentence for code, name in named.items()} == {
        "en": "Australia",
        "fr": "l'Australie",
        "es": "Australia",
    }


def test_a_corrected_file_corrects_the_register(tmp_path) -> None:
    load_register(folder=register_with(tmp_path))
    status = (
        "code,status,from,to,decision,note\nke,member,,2011-01-01,Resolution 1,\n"
        "ke,observer,2011-01-01,,Resolution 3,\n"
    )
    changed = load_register(folder=register_with(tmp_path, status=status))
    assert {kind: count for kind, count in changed.items() if count} == {"statuses": 2}
    rows = EntityStatus.objects.order_by("pk").values_list("status", "begins", "ends")
    assert list(rows) == [("member", None, dt.date(2011, 1, 1)), ("observer", dt.date(2011, 1, 1), None)]


def test_groups_are_named_and_sorted_in_each_language(tmp_path) -> None:
    load_register(folder=register_with(tmp_path))
    group = Group.objects.get()
    assert (group.name_en, group.name_fr, group.name_es) == ("African States", "États d'Afrique", "Estados de África")
    assert (group.sort_key_en, group.sort_key_fr) == ("african states", "etats d'afrique")


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("entities", "code,kind,iso2,region,acronym,note\nke,state,ke,mars,,\n",
         "entities.csv, line 2: region: 'mars' is none of africa"),
        ("entities", "code,kind,iso2,region,acronym,note\nke,state,ke,africa,,\nke,state,ke,africa,,\n",
         "entities.csv, line 3: ke is already in line 2"),
        ("entities", "code,kind,iso2,acronym,note\nke,state,ke,,\n",
         "entities.csv, line 1: the column region is missing"),
        ("status", "code,status,from,to,decision,note\nzz,member,,,Resolution 1,\n",
         "status.csv, line 2: code: the register knows no 'zz'"),
        ("status", "code,status,from,to,decision,note\nke,member,,2011-01-01,R,\nke,observer,2010-12-31,,R,\n",
         "status.csv, line 3: the period overlaps that of line 2"),
        ("status", "code,status,from,to,decision,note\nke,member,2010-02-30,,R,\n",
         "status.csv, line 2: from: '2010-02-30' is no date (year-month-day)"),
        ("status", "code,status,from,to,decision,note\nke,member,2010-02-02,2010-02-02,R,\n",
         "status.csv, line 2: the period ends before it begins"),
        ("status", "code,status,from,to,decision,note\nke,member,,,,\n",
         "status.csv, line 2: decision is empty"),
        ("voting_rights", "code,right,from,to,decision,note\nke,yes,,,R,\n",
         "voting_rights.csv, line 2: the register keeps suspensions alone (no): "
         "every other member has the right to vote"),
        ("group_members", "group,entity,from,to,role,note\nafrica,ke,,,chair,\n",
         "group_members.csv, line 2: role: 'chair' is none of coordinator, member"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_with_file_and_line_and_nothing_is_changed(tmp_path, file, text, complaint) -> None:
    with pytest.raises(DataFileError) as refused:
        load_register(folder=register_with(tmp_path, **{file: text}))
    assert str(refused.value) == complaint
    assert (Entity.objects.count(), EntityName.objects.count(), Group.objects.count()) == (0, 0, 0)


def test_voting_rights_are_suspended_for_the_days_of_the_decision(tmp_path) -> None:
    load_register(folder=register_with(tmp_path))
    days = [dt.date(2009, 12, 31), dt.date(2010, 1, 1), dt.date(2010, 1, 31), dt.date(2010, 2, 1)]
    assert [Entity.objects.with_voting_right(day).count() for day in days] == [1, 0, 0, 1]


def test_a_missing_file_is_named(tmp_path) -> None:
    shutil.copytree(REGISTER, tmp_path / "register")
    (tmp_path / "register" / "status.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"status\.csv"):
        load_register(folder=tmp_path / "register")
