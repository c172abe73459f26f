"""Untranslated texts know their language, and pages mark it."""

import pickle
import re

import pytest
from django import forms
from django.template import Context, Template
from django.utils.translation import override

from foundation.text.in_language import TextInLanguage
from tests.factories.workshops import make_workshop
from workshops.models import Theme

MARKED = "<h2{{ theme.title|lang }}>{{ theme.title }}</h2>{{ theme.rationale|with_lang }}"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "<h2>Sea &amp; land</h2>Why"),
        ("fr", '<h2>Mer</h2><span lang="en">Why</span>'),
        ("es", '<h2 lang="en">Sea &amp; land</h2><span lang="en">Why</span>'),
    ],
)
def test_a_text_without_translation_says_its_language(language, shown):
    theme = Theme(title_en="Sea & land", title_fr="Mer", rationale_en="Why")
    with override(language):
        assert Template(MARKED).render(Context({"theme": theme})) == shown


def test_text_that_exists_only_in_french_is_marked_on_english_pages():
    theme = Theme(title_fr="Mer <x>")
    page = Template("{{ theme.title|with_lang }}")
    with override("en"):
        assert page.render(Context({"theme": theme})) == '<span lang="fr">Mer &lt;x&gt;</span>'


def test_nothing_at_all_is_marked_nowhere():
    theme = Theme()
    with override("fr"):
        assert (theme.title, Template("<b{{ t.title|lang }}>").render(Context({"t": theme}))) == ("", "<b>")


def test_text_in_another_language_can_be_stored():
    restored = pickle.loads(pickle.dumps(TextInLanguage("Sea", "en")))
    assert (restored, restored.language) == ("Sea", "en")


@pytest.mark.django_db
def test_a_text_in_another_language_is_stored_as_the_text_it_is():
    workshop = make_workshop()
    with override("fr"):
        workshop.title_en, workshop.title_fr = "Sea", ""
        workshop.title_es = workshop.title
        workshop.save()
    workshop.refresh_from_db()
    assert type(workshop.title_es) is str
    assert workshop.title_es == "Sea"


def test_the_box_of_a_translated_field_says_the_language_that_belongs_in_it(rf):
    class Words(forms.Form):
        title_en, title_fr, place = forms.CharField(), forms.CharField(), forms.CharField()

    page = Template("{% render_form form %}").render(Context({"form": Words(), "request": rf.get("/")}))
    boxes = re.findall(r"<input[^>]*>", page)
    languages = {re.search(r'name="(\w+)"', box)[1]: re.findall(r' lang="(\w+)"', box) for box in boxes}
    assert languages == {"title_en": ["en"], "title_fr": ["fr"], "place": []}
