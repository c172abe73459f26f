import pytest

from foundation.text import fold, list_in_words


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
