import datetime as dt

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from council.models import Meeting
from foundation.pages.compiled import Among, CompiledObjects, CompiledQuery
from foundation.pages.joined import joined
from membership.models import Entity, EntityName
from membership.names import name_of_the_day, names_on
from schedule.models import Occasion
from tests.factories.council import make_meeting
from tests.factories.membership import make_state

DAY = dt.date(2010, 7, 19)


def codes(kind, ids):
    return Entity.objects.filter(Among("pk", ids), kind=kind).order_by("code").values_list("code", "pk")


def test_a_compiled_query_answers_as_its_queryset_does_for_every_value(db):
    query = CompiledQuery(codes, kind=str, ids=list)
    rows = [make_state(code) for code in ("aa", "bb", "cc")]
    ids = [row.pk for row in rows]
    assert query.rows(kind="state", ids=ids[:2]) == [("aa", ids[0]), ("bb", ids[1])]
    assert query.rows(kind="state", ids=ids) == list(codes("state", ids))
    assert (query.rows(kind="state", ids=[]), query.rows(kind="ngo", ids=ids)) == ([], [])
    assert query.first(kind="state", ids=ids[2:]) == ("cc", ids[2])
    assert query.first(kind="no' OR true --", ids=ids) is None


def test_sql_that_depends_on_its_values_is_refused(db):
    chosen = CompiledQuery(lambda n: Entity.objects.filter(pk__in=range(n // 1000 % 5)).values_list("pk"), n=int)
    with pytest.raises(ValueError, match="depends"):
        chosen.rows(n=3)
    changed = CompiledQuery(lambda text: Entity.objects.filter(code__contains=text).values_list("pk"), text=str)
    with pytest.raises(ValueError, match="changes what it is given"):
        changed.rows(text="a")
    unused = CompiledQuery(lambda text: Entity.objects.values_list("pk"), text=str)
    with pytest.raises(ValueError, match="not use all"):
        unused.rows(text="a")


def test_columns_in_an_order_of_chance_and_values_of_none_are_refused(db):
    shuffled = CompiledQuery(lambda n: Occasion.objects.filter(pk=n).values_list("pk", "zone"), n=int)
    with pytest.raises(ValueError, match="shuffled"):
        shuffled.rows(n=1)
    with pytest.raises(ValueError, match="None"):
        CompiledQuery(codes, kind=str, ids=list).rows(kind=None, ids=[])


def named(day, language):
    rows = Entity.objects.annotate(name=name_of_the_day(day, language)).order_by("pk", "name__language")
    return rows.values_list("pk", "name__language", "name__short", "name__sort_key")


def test_names_in_a_query_are_those_of_names_on(db):
    states = [make_state(code) for code in ("aa", "bb", "cc")]
    EntityName.objects.filter(entity=states[2]).delete()
    EntityName.objects.filter(entity=states[1]).update(begins=dt.date(2010, 7, 20))
    EntityName.objects.filter(entity=states[0], language="fr").update(short="Ah", sort_key="ah")
    EntityName.objects.filter(entity=states[0], language="es").delete()
    query = CompiledQuery(named, day=dt.date, language=str)
    for language in ("en", "fr", "es"):
        rows = query.rows(day=DAY, language=language)
        assert [row for row in rows if row[0] != states[0].pk] == [(state.pk, None, None, None) for state in states[1:]]
        found = {code: (short, key) for pk, code, short, key in rows if pk == states[0].pk}
        name = names_on([states[0].pk], DAY, language)[states[0].pk]
        assert found[language if language in found else "en"] == (name.short, name.sort_key)
        assert set(found) <= {language, "en"}


def test_compiled_objects_are_those_of_their_queryset(db):
    meeting = make_meeting()

    def of(slug):
        return Meeting.objects.rewrite(False).filter(slug=slug).select_related("occasion").order_by()

    query = CompiledObjects(of, slug=str)
    for _ in range(2):
        found = query.first(slug=meeting.slug)
        expected = of(meeting.slug).get()
        assert _columns(found) == _columns(expected)
        with CaptureQueriesContext(connection) as captured:
            assert _columns(found.occasion) == _columns(expected.occasion)
        assert not captured.captured_queries
    assert query.first(slug="no such meeting") is None


def _columns(row):
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_joined_rows_escape_all_but_safe_html():
    rows = [("<b>", 5), ("a & 'b'", joined("<i>%s</i>", [("<",)]))]
    assert joined("<li>%s 100%% %s</li>", rows) == (
        "<li>&lt;b&gt; 100% 5</li><li>a &amp; &#x27;b&#x27; 100% <i>&lt;</i></li>"
    )
    assert "__html__" in dir(joined("%s", [("x",)]))


def test_a_query_without_values_keeps_its_per_cent_signs(db):
    state = make_state("aa")
    EntityName.objects.filter(entity=state, language="en").update(short="100% a")
    found = CompiledQuery(lambda: EntityName.objects.filter(short__contains="%").values_list("short").order_by("pk"))
    assert found.rows() == [("100% a",)]


def test_objects_can_be_asked_for_while_another_thread_makes_the_query(db, monkeypatch):
    meeting = make_meeting()
    query = CompiledObjects(lambda slug: Meeting.objects.rewrite(False).filter(slug=slug).order_by(), slug=str)
    query.first(slug=meeting.slug)
    as_sql, found = SQLCompiler.as_sql, []

    def asked_meanwhile(compiler, *args, **kwargs):
        found.append(query.first(slug=meeting.slug))
        return as_sql(compiler, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", asked_meanwhile)
    query._make()
    assert found == [meeting, meeting]
