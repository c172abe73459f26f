import datetime as dt

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from documents import services
from documents.assembly import assemble
from documents.models import Act, Document, FrozenFigure, Issue, Part, Relation, Rendition, ShortAddress, Text
from documents.permissions import NotAllowed
from foundation.editing import Clash
from foundation.refusals import Refused
from foundation.time.formats import zoned
from tests.factories.documents import ANNEX, ISSUED, KEYS, NOTE, make_draft, make_issued
from tests.factories.membership import make_delegate, make_staff
from texts.compact import content_from_compact
from texts.registry import Figure

pytestmark = pytest.mark.django_db


# --- Drafts -----------------------------------------------------------------------------------------------------------
def test_a_symbol_is_given_once() -> None:
    make_draft(symbol="MC/2317")
    with pytest.raises(Refused, match="The symbol MC/2317 is already in use"):
        make_draft(symbol="MC/2317")


@pytest.mark.parametrize("symbol", ["ic/2010/9", "IC 2010 9", "IC", "IC/2010/9/", "IC/2010/9/Rev.0", "../x", "IC//9"])
def test_a_symbol_follows_the_pattern(symbol) -> None:
    with pytest.raises(Refused):
        make_draft(symbol=symbol)


def test_a_consultation_is_restricted_from_the_start() -> None:
    assert make_draft(symbol="IC/2010/9", distribution="general").distribution == "restricted"


def test_the_masthead_is_never_written_over_what_somebody_else_saved() -> None:
    document = make_draft()
    first, second = Document.objects.get(pk=document.pk), Document.objects.get(pk=document.pk)
    services.change_masthead(document=first, expected=1, actor=None, title_en="Ours")
    with pytest.raises(Clash):
        services.change_masthead(document=second, expected=1, actor=None, title_en="Theirs")
    document.refresh_from_db()
    assert (document.title_en, document.edit_version) == ("Ours", 2)


def test_only_editors_write_drafts() -> None:
    with pytest.raises(NotAllowed):
        services.create_document(actor=make_delegate(), title_en="x", dated=dt.date(2010, 1, 1))
    assert Document.objects.count() == 0


def test_an_annex_is_made_from_an_app_with_live_figures(app) -> None:
    document = make_draft(["A.", "See {see:annex-a}."], annex=["In it."])
    services.make_annex(document=document, maker="docs_tests.facts", subject="one", language="en", actor=None)
    material = assemble(document, "en")
    assert [(part["kind"], part["title"], part["only"]) for part in material["parts"]] == [
        ("main", "", ""),
        ("annex", "What they said", "en"),
        ("annex", "Facts: The one", "en"),
    ]
    assert material["figures"]["docs_tests.facts:one:people"]["value"] == 178


def test_annexes_close_the_gap_when_one_is_removed(app) -> None:
    document = make_draft(annex=["First."])
    services.make_annex(document=document, maker="docs_tests.facts", subject="one", language="en", actor=None)
    annex = document.parts.get(key="annex-a")
    services.remove_annex(part=annex, expected=services.annex_version(annex), actor=None)
    assert list(document.parts.values_list("position", "title")) == [(0, ""), (1, "Facts: The one")]


# --- Issue ------------------------------------------------------------------------------------------------------------
def test_issuing_freezes_text_and_figures(app) -> None:
    document = make_issued(NOTE, annex=ANNEX)
    frozen = document.issues.get().content
    app.values["people"] = Figure("count", 177, "participants")
    assert document.issues.get().content == frozen
    assert [(f.key, f.value, f.n, f.frozen_at) for f in document.frozen_figures.all()] == [
        ("docs_tests.facts:one:people", 178, None, ISSUED),
        ("docs_tests.facts:one:rate", 28 / 178, 28, ISSUED),
    ]
    assert frozen["figures"]["docs_tests.facts:one:people"]["value"] == 178
    wished = sorted(document.renditions.values_list("format", "job__state"))
    assert wished == [("docx", "waiting"), ("pdf", "waiting"), ("pdfa", "waiting")]


def test_a_later_language_reuses_the_frozen_figures(app) -> None:
    document = make_draft(["There were {t:people} people."], annex=ANNEX)
    main = document.parts.get(kind=Part.Kind.MAIN)
    french = content_from_compact(["Il y avait {t:people} personnes, la {t:ordinal|auto|f}."], keys=KEYS)
    services.set_text(part=main, language="fr", content=french, actor=None)
    services.issue_document(document=document, language="en", actor=None, now=ISSUED)
    app.values["people"] = Figure("count", 1, "participants")
    app.values["ordinal"] = Figure("ordinal", 1, "session")
    issue = services.issue_document(document=document, language="fr", actor=None)
    assert {key: figure["value"] for key, figure in issue.content["figures"].items()} == {
        "docs_tests.facts:one:people": 178,
        "docs_tests.facts:one:rate": 28 / 178,
        "docs_tests.facts:one:ordinal": 99,
    }
    assert [part["only"] for part in issue.content["parts"]] == ["", "en"]
    assert issue.content["frozen_at"] == ISSUED.isoformat()


@pytest.mark.parametrize("name", ["later", "few", "nothing"])
def test_a_figure_without_a_value_keeps_the_document_from_being_issued(app, name) -> None:
    document = make_draft([f"{{t:{name}}} people and {{t:people}} others."])
    with pytest.raises(Refused, match=f"docs_tests.facts:one:{name}"):
        services.issue_document(document=document, language="en", actor=None)
    document.refresh_from_db()
    assert (document.is_draft, Issue.objects.count(), FrozenFigure.objects.count()) == (True, 0, 0)


def test_a_reference_to_nothing_and_an_unknown_exhibit_keep_it_too() -> None:
    document = make_draft(["See {see:nowhere}.", {"exhibit": "nowhere.at_all:x:result"}])
    with pytest.raises(Refused) as refused:
        services.issue_document(document=document, language="en", actor=None)
    assert refused.value.sentences == [
        "A cross-reference in the main text has no target. Choose a target or delete it.",
        "The exhibit “nowhere.at_all:x:result” cannot be displayed. Replace or remove it.",
    ]


def test_it_is_issued_once_a_language_and_not_without_symbol_or_text() -> None:
    document = make_issued()
    nameless = services.create_document(actor=None, title_en="x", dated=dt.date(2010, 1, 1))
    for refused, language in ((document, "en"), (document, "fr"), (nameless, "en")):
        with pytest.raises(Refused):
            services.issue_document(document=refused, language=language, actor=None)


def test_only_publishers_issue() -> None:
    document = make_draft()
    with pytest.raises(NotAllowed):
        services.issue_document(document=document, language="en", actor=make_staff("editor"))
    services.issue_document(document=document, language="en", actor=make_staff("publisher"))
    assert document.issues.count() == 1


def refused_by_the_database(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except InternalError as error:
        return "Cannot" in str(error)
    return False


def test_the_database_itself_keeps_what_was_issued(app) -> None:
    document = make_issued(NOTE, annex=ANNEX)
    changes = {
        "issue changed": lambda: document.issues.update(content={}),
        "issue deleted": lambda: document.issues.all()._raw_delete("default"),
        "figure changed": lambda: document.frozen_figures.update(value=1),
        "figure deleted": lambda: document.frozen_figures.all()._raw_delete("default"),
        "file deleted": lambda: document.renditions.all()._raw_delete("default"),
        "log changed": lambda: document.acts.update(note="x"),
    }
    assert [name for name, change in changes.items() if not refused_by_the_database(change)] == []


def test_an_issued_text_is_not_edited() -> None:
    document = make_issued()
    main = document.parts.get()
    with pytest.raises(Refused):
        services.set_text(part=main, language="en", content=services.EMPTY, actor=None)
    with pytest.raises(Refused):
        services.change_masthead(document=document, expected=document.edit_version, actor=None, title_en="x")


# --- After issue ------------------------------------------------------------------------------------------------------
def test_a_revision_is_a_live_draft_of_its_own(app) -> None:
    document = make_issued(NOTE, annex=ANNEX, symbol="IC/2010/9")
    revision = services.create_revision(document=document, actor=None)
    app.values["people"] = Figure("count", 177, "participants")
    again = make_issued_revision(revision)
    assert [revision.symbol, again.symbol] == ["IC/2010/9/Rev.1", "IC/2010/9/Rev.2"]
    assert assemble(revision, "en")["figures"]["docs_tests.facts:one:people"]["value"] == 177
    texts = [list(d.parts.values_list("key", "texts__content")) for d in (document, revision)]
    assert texts[0] == texts[1]
    addendum = services.create_revision(document=document, actor=None, relation=Relation.ADDENDUM)
    assert (addendum.symbol, addendum.parts.count()) == ("IC/2010/9/Add.1", 1)


def make_issued_revision(revision: Document) -> Document:
    return services.create_revision(document=revision.derives_from, actor=None)


def test_release_derestriction_and_withdrawal_are_logged_and_happen_once() -> None:
    publisher = make_staff("publisher")
    document = make_issued(symbol="IC/2010/9", released=False)
    services.release_document(document=document, actor=publisher, now=ISSUED)
    services.derestrict_document(document=document, actor=publisher, note="asked for", now=ISSUED)
    before = Document.objects.get(pk=document.pk).revision
    withdrawn = services.withdraw_document(document=document, actor=publisher, reason="A mistake", now=ISSUED)
    assert withdrawn.revision == before + 1
    assert list(document.acts.exclude(person=None).values_list("kind", "note")) == [
        ("released", zoned(ISSUED, "UTC")),
        ("derestricted", "asked for"),
        ("withdrawn", "A mistake"),
    ]
    for act in (services.release_document, services.derestrict_document):
        with pytest.raises(Refused):
            act(document=document, actor=publisher)
    with pytest.raises(Refused):
        services.withdraw_document(document=document, actor=publisher, reason="again")
    assert Act.objects.filter(kind="derestricted").count() == 1


def test_a_short_address_leads_on_and_lasts() -> None:
    services.set_short_address(alias="societies", target="/workshops/2010/", actor=None)
    services.set_short_address(alias="societies", target="/workshops/2011/", actor=None)
    assert list(ShortAddress.objects.values_list("alias", "target")) == [("societies", "/workshops/2011/")]
    assert refused_by_the_database(lambda: ShortAddress.objects.all()._raw_delete("default"))


# --- Who may see it ---------------------------------------------------------------------------------------------------
def test_who_sees_what_follows_from_distribution_audience_and_moment() -> None:
    later = timezone.now() + dt.timedelta(days=1)
    make_draft(symbol="MC/1")
    make_issued(symbol="MC/2")
    make_issued(symbol="MC/3", audience="delegations")
    make_issued(symbol="MC/4", audience="member-states")
    make_issued(symbol="MC/5", distribution="internal")
    make_issued(symbol="MC/6", released=False)
    services.release_document(document=make_issued(symbol="MC/7", released=False), actor=None, at=later)
    make_issued(symbol="IC/1", audience="public")
    make_issued(symbol="IC/2", audience="member-states")
    services.derestrict_document(document=make_issued(symbol="IC/3", audience="member-states"), actor=None)
    services.withdraw_document(document=make_issued(symbol="MC/8"), actor=None, reason="x")

    def seen(person: object, now: dt.datetime | None = None) -> set[str]:
        visible = Document.objects.visible_to(person, now or timezone.now())
        return set(visible.values_list("symbol", flat=True))

    public = {"MC/2", "MC/8", "IC/3"}
    everything = {f"MC/{n}" for n in range(1, 9)} | {"IC/1", "IC/2", "IC/3"}
    assert seen(None) == public
    assert seen(None, later) == public | {"MC/7"}
    assert seen(make_delegate("va", status="observer")) == public | {"MC/3", "IC/1"}
    assert seen(make_delegate("au")) == public | {"MC/3", "MC/4", "IC/1", "IC/2"}
    assert [seen(make_staff(role)) for role in ("translator", "editor")] == [everything] * 2
    assert [seen(make_staff(role)) for role in ("moderator", "protocol", "administrator")] == [public] * 3
    assert set(Document.objects.visible_to(None, later).in_force().values_list("symbol", flat=True)) == {
        "MC/2", "MC/7", "IC/3",
    }  # fmt: skip


def test_assembling_costs_the_same_for_few_and_many_figures(app, django_assert_num_queries) -> None:
    one = make_draft(["{t:people}"])
    many = make_draft(["{t:people} {t:rate} {t:ordinal}"] * 40)
    for document in (one, many):
        app.asked = 0
        with django_assert_num_queries(3):
            assemble(document, "en")
        assert app.asked == 1


def test_texts_are_kept_whole() -> None:
    document = make_draft()
    with pytest.raises(Exception, match="The text is not valid:"):
        bad = {"type": "doc", "content": [{"type": "paragraph", "attrs": {"numbered": "x"}}]}
        services.set_text(part=document.parts.get(), language="en", content=bad, actor=None)
    assert Text.objects.get().content["content"][0]["content"][0]["text"] == "A paragraph."
    assert Rendition.objects.count() == 0
