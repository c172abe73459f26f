"""Two people change one thing on the pages whose forms need more than the tables of tests/editing.py can make."""

from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from dialogue.models import Dialogue, SelectedComment
from surveys.models import Answer, Coding
from surveys.services import save_theme
from tests.dialogue import access as dialogue
from tests.documents import lifecycle_access as lifecycle
from tests.factories.membership import make_delegate, make_staff
from tests.submissions import form_on
from tests.surveys import access as surveys
from tests.votes import access as votes
from votes.models import Position

pytestmark = pytest.mark.django_db


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def forms_of(page: str, action: str = "") -> list[Any]:
    """Return the forms of a page that go to this address."""
    forms = lxml.html.fromstring(page).get_element_by_id("main").iter("form")
    return [form for form in forms if form.method == "POST" and (form.get("action") or "") in {action, ""}]


def sent(form: Any) -> dict[str, Any]:
    """Return what a browser would send of a form that nobody filled in."""
    data: dict[str, Any] = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    return data


# --- Who clears a draft -----------------------------------------------------------------------------------------------


def test_two_editors_who_name_different_clearers_are_asked_and_the_first_list_stands() -> None:
    draft, client = lifecycle.draft(), signed_in(make_staff("editor"))
    one, two = make_staff("publisher"), make_staff("publisher")
    life, address = (reverse(f"documents:{name}", kwargs=draft) for name in ("draft-life", "draft-clearers"))

    def opened() -> dict[str, Any]:
        [form] = [form for form in forms_of(client.get(life).content.decode(), address) if "clearer_1" in form.fields]
        return sent(form)

    first, second = opened(), opened()
    assert client.post(address, first | {"clearer_1": str(one.pk)}).status_code == 302
    asked = client.post(address, second | {"clearer_1": str(two.pk)})
    page = asked.content.decode()
    sides = [side.text_content() for side in lxml.html.fromstring(page).find_class("clash-text")]
    assert (asked.status_code, sides, opened()["clearer_1"]) == (409, [str(one), str(two)], [str(one.pk)])
    assert client.post(address, form_on(page)).status_code == 302
    assert opened()["clearer_1"] == [str(two.pk)]


# --- Coded comments ---------------------------------------------------------------------------------------------------


def test_two_coders_of_one_comment_keep_each_others_marks() -> None:
    comment, client = surveys.comment(), signed_in(make_staff("editor"))
    answer = Answer.objects.select_related("question__section").get(pk=comment["pk"])
    for code in ("calm", "angry"):
        save_theme(section=answer.question.section, code=code, actor=None, values={"statement_en": code})
    address = reverse("surveys:code", kwargs=comment)
    page = client.get(reverse("surveys:analysis", args=[comment["slug"]])).content.decode()
    [form] = forms_of(page, address)
    themes = form.xpath(".//input[@name='theme']/@value")
    held = sent(form)
    before = set(held.get("theme", []))
    one, two = themes[:2]
    for mine in (one, two):  # each from a page that was opened before the other was sent
        assert client.post(address, held | {"theme": sorted(before ^ {mine})}).status_code == 302
    now = {str(pk) for pk in Coding.objects.filter(answer=comment["pk"]).values_list("theme_id", flat=True)}
    assert now == before ^ {one, two}


# --- A position of a delegation ---------------------------------------------------------------------------------------


class Delegation:
    """Two delegates of one State with the page of their draft."""

    def __init__(self) -> None:
        slug = votes.opened()["slug"]
        self.address = reverse("votes:position", args=[slug])
        self.delete = reverse("votes:position_act", args=[slug, "delete"])
        self.head, self.deputy = signed_in(make_delegate("au")), signed_in(make_delegate("au", capacity="deputy"))
        self.head.post(self.address, form_on(self.page(self.head)) | {"note": "First thoughts."})

    def page(self, client: Client) -> str:
        return client.get(self.address).content.decode()


@pytest.fixture
def delegation() -> Delegation:
    return Delegation()


def test_two_delegates_change_different_fields_of_a_draft_and_both_are_saved(delegation) -> None:
    head, deputy = form_on(delegation.page(delegation.head)), form_on(delegation.page(delegation.deputy))
    assert delegation.head.post(delegation.address, head | {"note": "After the call."}).status_code == 302
    assert delegation.deputy.post(delegation.address, deputy | {"choices": ["A"]}).status_code == 302
    assert Position.objects.values_list("note", "choices").get() == ("After the call.", ["A"])


def test_the_page_of_a_clash_keeps_for_whom_the_delegate_acts_and_the_button(delegation) -> None:
    head, deputy = form_on(delegation.page(delegation.head)), form_on(delegation.page(delegation.deputy))
    delegation.head.post(delegation.address, head | {"note": "After the call."})
    typed = deputy | {"note": "Wait for the capital.", "save": "and-close"}
    asked = delegation.deputy.post(delegation.address, typed)
    page = asked.content.decode()
    again = form_on(page)
    sides = [side.text_content() for side in lxml.html.fromstring(page).find_class("clash-text")]
    assert (asked.status_code, sides) == (409, ["After the call.", "Wait for the capital."])
    assert (again["acting_for"], again["save"]) == (typed["acting_for"], "and-close")
    assert delegation.deputy.post(delegation.address, again).status_code == 302
    assert Position.objects.get().note == "Wait for the capital."


def test_a_draft_that_a_colleague_has_changed_is_not_deleted_but_shown(delegation) -> None:
    [form] = [form for form in forms_of(delegation.page(delegation.head), delegation.delete) if form.get("action")]
    head, deputy = sent(form), form_on(delegation.page(delegation.deputy))
    delegation.deputy.post(delegation.address, deputy | {"note": "Instructions have come."})
    refused = delegation.head.post(delegation.delete, head, follow=True)
    page = refused.content.decode()
    assert (refused.redirect_chain[-1][0], Position.objects.get().note) == (
        delegation.address,
        "Instructions have come.",
    )
    assert ("Instructions have come." in page, "Check it and try again." in page) == (True, True)
    [form] = [form for form in forms_of(page, delegation.delete) if form.get("action")]
    delegation.head.post(delegation.delete, sent(form))
    assert not Position.objects.exists()


# --- The dialogue -----------------------------------------------------------------------------------------------------


def test_two_editors_who_shorten_a_comment_are_asked_and_neither_excerpt_is_lost() -> None:
    selected, client = dialogue.selected(), signed_in(make_staff("editor"))
    address = reverse("dialogue:comment_edit", kwargs=selected)
    whole = SelectedComment.objects.get(pk=selected["selected_id"]).excerpt
    words = whole.split()
    first, second = (form_on(client.get(address).content.decode()) for _person in range(2))
    start, end = " ".join(words[:2]), " ".join(words[-2:])
    assert client.post(address, first | {"excerpt": start}).status_code == 302
    asked = client.post(address, second | {"excerpt": end})
    sides = [side.text_content() for side in lxml.html.fromstring(asked.content).find_class("clash-text")]
    held = SelectedComment.objects.get(pk=selected["selected_id"])
    assert (asked.status_code, held.excerpt) == (409, f"{start} […]")
    assert [side.replace(" […]", "").replace("[…] ", "") for side in sides] == [start, end]
    assert client.post(address, form_on(asked.content.decode())).status_code == 302
    held.refresh_from_db()
    assert held.excerpt == f"[…] {end}"


def test_a_comment_that_was_shortened_in_the_meantime_stays_selected() -> None:
    selected, client = dialogue.selected(), signed_in(make_staff("editor"))
    address = reverse("dialogue:comment_remove", kwargs=selected)
    comments = reverse("dialogue:comments", args=[selected["slug"]])
    [form] = [form for form in forms_of(client.get(comments).content.decode(), address) if form.get("action")]
    opened = sent(form)
    edit = reverse("dialogue:comment_edit", kwargs=selected)
    fields = form_on(client.get(edit).content.decode())
    client.post(edit, fields | {"excerpt": fields["excerpt"].split()[0]})
    page = client.post(address, opened, follow=True).content.decode()
    assert ("Nothing was removed." in page, SelectedComment.objects.count()) == (True, 1)
    [form] = [form for form in forms_of(page, address) if form.get("action")]
    client.post(address, sent(form))
    assert SelectedComment.objects.count() == 0


def test_a_conclusion_is_saved_with_what_a_colleague_changed_and_the_second_conclusion_is_shown_again() -> None:
    address = reverse("dialogue:conclude", kwargs=(held := dialogue.public()))
    edit = reverse("dialogue:edit", kwargs=held)
    one, two, editor = (signed_in(make_staff(role)) for role in ("publisher", "publisher", "editor"))
    first, second = (form_on(client.get(address).content.decode()) for client in (one, two))
    fields = form_on(editor.get(edit).content.decode())
    assert editor.post(edit, fields | {"introduction_fr": "Bienvenue."}).status_code == 302
    assert one.post(address, first | {"conclusion_en": "Thank you all."}).status_code == 302
    late = two.post(address, second | {"conclusion_en": "A second summary."})
    row = Dialogue.objects.get(**held)
    assert (row.state, row.introduction_fr, row.conclusion_en) == ("concluded", "Bienvenue.", "Thank you all.")
    page = late.content.decode()
    assert ("A second summary." in page, "only once" in page) == (True, True)
