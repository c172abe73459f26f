"""Typed and pasted letters: which are kept and which removed, and that no page, form or import fails on any of them."""

import random

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from foundation.pages.letters import cleaned
from foundation.text import fold
from foundation.text.letters import clean, clean_address, clean_name, paragraphs, validate_line
from foundation.text.slugs import slug_of
from membership.models import Entity


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("क्\u200dष", "क्\u200dष"),
        ("Ali\u200creza", "Alireza"),
        ("Ana Pérez\u200e", "Ana Pérez"),
        ("Mühl\u00adbauer", "Mühlbauer"),
        ("\ufeff Marie\u00a0\u00a0Claire\u202f", "Marie Claire"),
        ("E\u0301ric", "Éric"),
        ("\u202eevil\u202c", "evil"),
        ("\u2066محمد\u2069", "محمد"),
        ("王\u3000秀英", "王 秀英"),
        ("Nul\x00l\x07", "Null"),
        ("Kauʻi O’Brien", "Kauʻi O’Brien"),
        ("አበበ ทักษิณ Ελένη 𠮷", "አበበ ทักษิณ Ελένη 𠮷"),
    ],
)
def test_a_name_keeps_every_letter_and_loses_what_carries_nothing(typed, name):
    assert clean_name(typed) == name


@pytest.mark.parametrize("letters", ["one\ntwo", "one\r\ntwo", "one\u2028two", "one\x85two"])
def test_a_name_on_two_lines_is_refused(letters):
    with pytest.raises(ValidationError, match="on one line"):
        validate_line(clean_name(letters))


def test_an_address_loses_the_spaces_and_marks_that_came_with_it():
    assert clean_address("\u200bmission.x@example.org\u00a0") == "mission.x@example.org"
    assert clean_address(" mission .x@example.org\u200e") == "mission.x@example.org"


def test_running_text_keeps_the_spaces_of_french_and_has_one_kind_of_line_break():
    assert (
        clean("Thème\u00a0: «\u202fdroits\u202f»\r\nsuite\vfin\x0c")
        == "Thème\u00a0: «\u202fdroits\u202f»\nsuite\nfin\n"
    )


def test_a_picture_of_several_people_stays_one():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert clean(f"Thank you {family}") == f"Thank you {family}"


def test_cleaning_twice_changes_nothing_more():
    wheel = random.Random(9)
    for _round in range(300):
        letters = "".join(
            chr(wheel.choice([*range(0x250), *range(0x600, 0x700), *range(0x2000, 0x2070), 0xFEFF])) for _n in range(40)
        )
        assert clean(clean(letters)) == clean(letters)
        assert clean_name(clean_name(letters)) == clean_name(letters)


@pytest.mark.parametrize("between", ["\n\n", "\r\n\r\n", "\r\r", "\n \t\n", "\u2029\u2029", "\r\n\r\n\r\n"])
def test_paragraphs_are_parted_by_an_empty_line_of_any_system(between):
    assert paragraphs(f"\r\nOne.\nStill one.{between}Two.\n") == ["One.\nStill one.", "Two."]


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("O’Brien", "O'Brien"),
        ("OʼBrien", "o´brien"),
        ("Jean–Paul", "jean-paul"),
        ("Jean‑Paul", "JEAN-PAUL"),
        ("Müller", "muller"),
        ("Straße", "STRASSE"),
        ("İpek", "ipek"),
        ("ırmak", "Irmak"),
        ("ＡＢＣ", "abc"),
        ("ﬁnance", "finance"),
        ("علی\u200cرضا", "علیرضا"),
        ("Mühl\u00adbauer", "Mühlbauer"),
        ("ʿAbbās", "Abbas"),
        ("Łukasz Đorđević Øster Þór", "lukasz dordevic oster thor"),
    ],
)
def test_either_spelling_finds_the_other(stored, asked):
    assert fold(stored) == fold(asked)


def test_different_names_stay_different():
    assert (
        len({fold(name) for name in ("Øster", "Aster", "王秀英", "王秀", "محمد", "محمود", "Al Hassan", "Alhassan")})
        == 8
    )


@pytest.mark.parametrize("title", ["中文标题", "عنوان", "🙂🙂", "—", ""])
def test_a_title_without_latin_letters_gets_a_code_for_its_address(title):
    slug = slug_of(title, otherwise="theme", longest=80)
    assert slug.startswith("theme-")
    assert len(slug) == len("theme-") + 6
    assert slug != slug_of(title, otherwise="theme", longest=80)


def test_an_address_is_as_short_as_asked_and_free():
    taken = {"a" * 76, f"{'a' * 76}-2"}
    assert slug_of("a" * 300, otherwise="theme", longest=80, is_taken=taken.__contains__) == f"{'a' * 76}-3"
    assert slug_of("Éducation & 中文", otherwise="theme", longest=80) == "education"


def test_a_sent_form_is_cleaned_but_for_its_passwords():
    sent = QueryDict(mutable=True)
    sent.setlist("name", ["Ana\u200b", "B\x00"])
    sent["password"] = "  p\u200bass\r\n"
    sent["account-email"] = "\u200ba@example.org "
    assert dict(cleaned(sent).lists()) == {
        "name": ["Ana", "B"],
        "password": ["  p\u200bass\r\n"],
        "account-email": ["a@example.org"],
    }


@pytest.mark.django_db
@pytest.mark.parametrize("letters", ["a%00b", "%EF%BF%BF", "%ED%A0%80", "%07", "x" * 4000])
def test_no_letter_in_a_search_is_an_error(client, letters):
    for address in (reverse("search"), reverse("membership:register"), reverse("documents:list")):
        for name in ("q", "page", "kind", "text", "day"):
            page = client.get(f"{address}?{name}={letters}")
            assert (page.status_code, "</html>" in page.content.decode()) == (200, True), (address, name)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/workshops/2010/%00/", "/votes/a%00b/", "/documents/IC%00/en/", "/s/%00/"])
def test_no_letter_in_an_address_is_an_error(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("letter", ["\x00", "\ud800"])
def test_letters_that_a_column_cannot_keep_are_a_bad_request_of_a_script(client, monkeypatch, letter):
    """JSON from a script is not cleaned by a form before it reaches the database."""
    monkeypatch.setattr("idm_portal.views.search_page.find", lambda *a: list(Entity.objects.filter(code=letter)))
    assert client.get(reverse("search")).status_code == 400
