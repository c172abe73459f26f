"""Which readings are available for each kind of figure, and the rule for each reading as the editor shows it."""

from typing import Any

from django.utils.translation import gettext_lazy

# The default reading for each kind of figure.
AUTO = {
    "count": "number",
    "share": "percent",
    "ratio": "ratio",
    "money": "money",
    "ordinal": "ordinal-words",
    "date": "long-date",
    "dates": "date-range",
    "names": "list",
    "text": "title",
    "majority": "a-majority",
    "score": "percent",
}
WAYS: dict[str, tuple[str, ...]] = {
    "count": ("number", "words", "approximately", "more-than"),
    "share": ("percent", "approximately", "approximate-percent", "fraction", "a-majority", "ratio", "of"),
    "ratio": ("ratio", "of", "percent", "approximately", "approximate-percent", "fraction", "a-majority"),
    "money": ("money", "approximately"),
    "ordinal": ("ordinal-words", "ordinal", "number", "words"),
    "date": ("long-date", "day-month", "month-year"),
    "dates": ("date-range", "month-year"),
    "names": ("list", "number", "words"),
    "text": ("title",),
    "majority": ("a-majority", "of", "ratio", "percent", "fraction"),
    "score": ("percent", "number", "approximate-percent"),
}
# (name, label, rule)
RULES: tuple[tuple[str, Any, Any], ...] = (
    ("auto", gettext_lazy("default"), gettext_lazy("The default for this kind of figure.")),
    ("number", gettext_lazy("number"), gettext_lazy("In digits, grouped as usual in the language.")),
    ("words", gettext_lazy("spelled out"), gettext_lazy("The number spelled out.")),
    ("percent", gettext_lazy("per cent"), gettext_lazy("Rounded to a whole per cent; a half is rounded up.")),
    (
        "approximately",
        gettext_lazy("approximately"),
        gettext_lazy(
            "A share: the nearest of halves, thirds, quarters and fifths, no more than 2 percentage points away. A "
            "number: rounded to tens below 1,000, otherwise to hundreds."
        ),
    ),
    (
        "approximate-percent",
        gettext_lazy("approximately, per cent"),
        gettext_lazy("Rounded to the nearest 5 per cent."),
    ),
    (
        "fraction",
        gettext_lazy("fraction, spelled out"),
        gettext_lazy("Only if the share equals that fraction to within a tenth of a percentage point."),
    ),
    (
        "more-than",
        gettext_lazy("more than"),
        gettext_lazy(
            "The next lower round number: in tens below 100, fifties below 1,000, otherwise five "
            "hundreds. A count reported as a lower bound is shown as reported."
        ),
    ),
    ("a-majority", gettext_lazy("a majority"), gettext_lazy("Only if the number is more than half of the total.")),
    ("ratio", gettext_lazy("ratio"), gettext_lazy("Both numbers, for example 28/178.")),
    ("of", gettext_lazy("n of total"), gettext_lazy("Both numbers, for example 28 of 178.")),
    ("ordinal", gettext_lazy("ordinal, in digits"), gettext_lazy("99th, 99e, 99.º")),
    ("ordinal-words", gettext_lazy("ordinal, spelled out"), gettext_lazy("ninety-ninth")),
    ("long-date", gettext_lazy("date"), gettext_lazy("Day, month spelled out, year.")),
    ("day-month", gettext_lazy("day and month"), gettext_lazy("Without the year.")),
    ("month-year", gettext_lazy("month and year"), gettext_lazy("Without the day.")),
    (
        "date-range",
        gettext_lazy("date range"),
        gettext_lazy("The month and year are not repeated: 19–20 July, du 19 au 20 juillet."),
    ),
    ("list", gettext_lazy("list"), gettext_lazy("A list with “and” before the last item.")),
    ("title", gettext_lazy("text"), gettext_lazy("As it appears at its source.")),
    (
        "money",
        gettext_lazy("amount"),
        gettext_lazy("As usual in the language: USD 200,000; 200 000 dollars des États-Unis."),
    ),
)
