import re

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.translation import override

from foundation.text import fold, labelled, list_in_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Côte d'Ivoire", "cote d'ivoire"),
        ("  ESPAÑA ", "espana"),
        ("Œuvre Straße", "oeuvre strasse"),
        ("Türkiye", "turkiye"),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "academia, media and NGOs"), ("fr", "academia, media et NGOs"), ("es", "academia, media y NGOs")],
)
def test_list_in_words(language, words):
    assert list_in_words(["academia", "media", "NGOs"], language) == words


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Source: x; y"), ("fr", "Source\xa0: x\xa0; y"), ("es", "Source: x; y")]
)
def test_signs_stand_apart_where_the_language_sets_them_so(language, words):
    page = Template("Source{% colon %} x{% semicolon %} y")
    with override(language):
        assert page.render(Context()) == words
        assert labelled("Source", "x") == words[: words.index("x") + 1]
    assert labelled("Source", "x", language) == words[: words.index("x") + 1]
    assert Template("{% colon language %}").render(Context({"language": language})) == words[6 : words.index(" x")]


def test_no_template_writes_a_colon_or_a_semicolon_that_french_could_not_set_apart():
    """After a tag, templates use `{% colon %}` or `{% semicolon %}`; in a sentence the translation has the space."""
    sentences = re.compile(
        r"{% *blocktranslate.*?endblocktranslate *%}|{% *comment.*?endcomment *%}|{#.*?#}", re.DOTALL
    )
    bare = re.compile(r"(?:[%}]}|</(?:a|span|strong|em)>|visually-hidden\">)[:;](?=[\s<{])")
    folder = settings.BASE_DIR / "templates"
    found = [
        f"{path.relative_to(folder)}: {match.group()}"
        for path in sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".txt"})
        for match in bare.finditer(sentences.sub("{%%}", path.read_text(encoding="utf-8")))
    ]
    assert found == []
