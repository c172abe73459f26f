"""A small document with every kind of block, rendered once before the worker forks to fill caches."""

from typing import Any

from foundation.pages.charts import bar_chart
from foundation.text import Language
from texts.compact import content_from_compact
from texts.kinds import Kind
from texts.masthead import ONLY, WORDS, names_of
from texts.material import Material, exhibit_as_json, figure_as_json
from texts.registry import Exhibit, Figure

_KEY = "sample.facts:one"
_FIGURES = {
    "count": Figure("count", 28, "Replies", source="Register"),
    "share": Figure("share", 0.5, "Share", n=1, total=2),
    "money": Figure("money", {"amount": "200000", "currency": "USD"}, "Means"),
    "day": Figure("date", "2010-07-19", "Day"),
    "session": Figure("ordinal", 99, "Session"),
}
_TEXT: list[Any] = [
    {"n": "Voix ñ, œuvre “Ł” – **strong**, *emphasis*. See {see:sample-annex} and {see:later}.{note:long}"},
    {"h1": "Heading"},
    {"n": "So many: {s:count}, {s:share}, {s:money}, {s:day}, {s:session}, {s:session|ordinal-words}.", "id": "later"},
    {"lettered": "Lettered"},
    {"list": ["one;", {"item": ["two;", {"list": ["small"], "style": "letters"}]}], "style": "letters"},
    {"list": [["A link: ", {"link": "https://example.org/"}, "; ", {"lang": "fr", "text": "français"}]]},
    {"table": {"title": "Table", "head": ["What", "How many"], "rows": [["One", "1"], ["Two", "2"]]}},
]
_NOTES = {"long": ["A footnote with ", {"em": "emphasis"}, "."]}
_ANNEX: list[Any] = [{"h1": "Sub-heading"}, {"exhibit": "s:scores"}, {"quote": ["Words."], "by": "Somebody"}]


def sample(language: str) -> Material:
    """Return a material like those of `documents.assembly`, without using the database.

    Its annex is in English only.
    """
    chart = bar_chart([("First", 80), ("Second", 60)], title="Chart", unit="%", language="en")
    exhibit = Exhibit(chart, ["Section", "Score"], [["First", "80%"]], "Chart", "First: 80%", "Register")
    words = WORDS[language]
    text = content_from_compact(_TEXT, keys={"s": _KEY}, notes=_NOTES)
    annex = content_from_compact(_ANNEX, keys={"s": _KEY})
    return {
        "form": 1,
        "language": language,
        "draft": True,
        "masthead": {
            "organization": words["organization"],
            "symbol": "IC/2010/9",
            "distribution": words["distribution"],
            "original": names_of(Language, language)["en"],
            "date": "2010",
            "iso_date": "2010-11-15",
            "body": words["contents"],
            "session": words["note"],
            "kind": names_of(Kind, language)[Kind.NOTE],
            "title": words["chart"],
            "subtitle": ONLY[language]["en"],
        },
        "footnotes_run_on": True,
        "parts": [
            {"key": "sample-main", "kind": "main", "title": "", "language": language, "only": "", "content": text},
            {"key": "sample-annex", "kind": "annex", "title": "-", "language": "en", "only": "en", "content": annex},
        ],
        "figures": {f"{_KEY}:{name}": figure_as_json(figure) for name, figure in _FIGURES.items()},
        "exhibits": {f"en {_KEY}:scores": exhibit_as_json(exhibit)},
        "frozen_at": "",
    }
