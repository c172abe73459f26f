"""The form of a ballot has the fields of its kind; themes and topics of a year become options in one step."""

import pytest
from django.urls import reverse

from foundation.refusals import Refused
from tests.factories.votes import make_draft
from tests.votes.test_views import text_of
from votes import services
from votes.forms import BallotForm
from votes.models import Ballot, Kind
from workshops.models import IDMYear, Theme, Topic

pytestmark = pytest.mark.django_db
COMMON = {
    "question_en": "Which?", "zone": "Europe/Zurich", "audience": "public", "totals_audience": "delegations",
    "choices_audience": "staff", "opens_at": "2030-05-01T09:00", "closes_at": "2030-05-20T18:00",
}  # fmt: skip
CHOOSING = {"choose_min": 1, "choose_max": 1, "to_select": 1, "tie_rule": "undecided"}
FORMAL = {"rule_en": "Rule 40", "majority": "two-thirds", "majority_base": "entitled", "quorum": 50, "is_secret": "on"}


@pytest.mark.parametrize(
    ("kind", "asked", "not_asked"),
    [
        (Kind.INDICATIVE, {"choose_min", "tie_rule", "proposals_until"}, {"rule_en", "quorum", "decision_text_en"}),
        (Kind.FORMAL, {"choose_min", "rule_en", "quorum", "is_secret"}, {"decision_text_en", "meeting"}),
        (Kind.SILENCE, {"decision_text_en"}, {"choose_min", "rule_en", "tie_rule", "proposals_until", "meeting"}),
        (Kind.ADOPTION, {"decision_text_en", "meeting"}, {"choose_min", "rule_en", "quorum", "is_secret"}),
    ],
)  # fmt: skip
def test_form_asks_for_what_belongs_to_the_kind(sign_in, editor, kind, asked, not_asked):
    form = BallotForm(kind=kind)
    assert (asked <= set(form.fields), not_asked & set(form.fields)) == (True, set())
    page = sign_in(editor).get(reverse("votes:create"), {"kind": kind}).content.decode()
    assert {name for name in asked | not_asked if f'name="{name}"' in page} == asked
    # Every field of the form is shown, in a part with a heading.
    assert [name for name in form.fields if f'name="{name}"' not in page] == []
    assert page.count("<legend") == page.count("<fieldset") >= 5


def test_kind_is_chosen_first_without_a_script(sign_in, editor):
    client = sign_in(editor)
    page = text_of(client.get(reverse("votes:create")))
    assert ("Kind of decision" in page, "Time zone" in page) == (True, False)
    sent = client.post(f"{reverse('votes:create')}?kind=silence", COMMON | {"slug": "text", "decision_text_en": "So."})
    assert sent.url == reverse("votes:ballot", args=["text"])
    assert Ballot.objects.values_list("kind", "decision_text_en").get() == ("silence", "So.")


def test_draft_changes_its_kind_and_loses_what_belonged_to_the_other(sign_in, editor):
    client = sign_in(editor)
    client.post(reverse("votes:create"), COMMON | CHOOSING | FORMAL | {"slug": "x", "kind": "formal"})
    held = Ballot.objects.get()
    assert (held.kind, held.majority, held.quorum, held.is_secret) == ("formal", "two-thirds", 50, True)
    address = reverse("votes:edit", args=["x"])
    assert "Kind of decision" in text_of(client.get(f"{address}?kinds"))
    client.post(f"{address}?kind=indicative", COMMON | CHOOSING | FORMAL | {"edit_version": held.edit_version})
    held.refresh_from_db()
    assert (held.kind, held.rule_en or "", held.majority, held.quorum, held.is_secret) == (
        "indicative", "", "relative", None, False,
    )  # fmt: skip


def test_all_topics_of_a_year_become_options_once_under_their_letters(sign_in, editor):
    year = IDMYear.objects.create(year=2011)
    for letter, state in zip("ABCD", ("proposed", "proposed", "withdrawn", "proposed"), strict=True):
        Topic.objects.create(year=year, slug=letter.lower(), letter=letter, title_en=f"Topic of {letter}", state=state)
    ballot = make_draft("topics", options="B")
    client, address = sign_in(editor), reverse("votes:options_of_year", args=["topics"])
    assert "Topics of IDM 2011 (3)" in text_of(client.get(reverse("votes:options", args=["topics"])))
    for _again in range(2):
        assert client.post(address, {"source": "topic-2011"}).status_code == 302
    held = ballot.options.values_list("code", "title_en", "topic__letter")
    assert list(held) == [
        ("B", "Topic B", None),
        ("A", "Topic of A", "A"),
        ("C", "Topic of B", "B"),
        ("D", "Topic of D", "D"),
    ]


def test_themes_have_no_letters_and_get_the_next(editor):
    year = IDMYear.objects.create(year=2011)
    for slug in ("x", "y"):
        Theme.objects.create(year=year, slug=slug, title_en=f"Theme {slug}")
    ballot = make_draft("themes", options="")
    services.add_options_of_year(ballot=ballot, model=Theme, year=2011, actor=editor)
    assert list(ballot.options.values_list("code", "title_en")) == [("A", "Theme x"), ("B", "Theme y")]


def test_a_text_has_no_options(editor):
    with pytest.raises(Refused, match="cannot add options"):
        services.add_options_of_year(
            ballot=make_draft("t", options="", kind="silence"), model=Theme, year=2011, actor=editor
        )
