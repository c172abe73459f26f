"""Leave personal and secret words out of what operators read: logs and the reasons of failed jobs."""

import re

EMAIL = re.compile(r"[^\s@<>'\"(){}\[\],;:]+@[^\s@<>'\"(){}\[\],;:]+\.[A-Za-z]{2,}")
V4 = r"\d{1,3}(?:\.\d{1,3}){3}"
V6 = r"(?:(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F:]*[0-9a-fA-F]|(?:[0-9a-fA-F]{1,4}:)+:[0-9a-fA-F:]*)(?![\w:])"
NETWORK = re.compile(rf"(?<![\w.:])(?!127\.|0\.0\.0\.0)(?:{V4}(?!\w)|{V6})")
# Tokens in addresses: personal links, links of translators, links for a new password.
LINK = re.compile(r"(/s/|/documents/translations/|/password/reset/key/)[^\s\"'/?<>]+")
# PostgreSQL quotes the values of the row there.
DETAIL = re.compile(r"^(DETAIL|CONTEXT|QUERY|STATEMENT|PARAMETERS): .*$", re.MULTILINE)
QUOTED = re.compile(r"(?<!\w)'[^'\n]*'|\"[^\"\n]*\"")
GAP = "…"


def masked(text: str) -> str:
    """Return the text without email and network addresses, tokens of links, and the values that PostgreSQL quotes.

    Addresses of this machine stay: they say which server is meant.
    """
    text = DETAIL.sub(rf"\1: {GAP}", text) if ": " in text else text
    text = EMAIL.sub(GAP, text) if "@" in text else text
    text = LINK.sub(rf"\1{GAP}", text) if "/" in text else text
    return NETWORK.sub(GAP, text)


def reason_of(error: BaseException) -> str:
    """Return why work failed: the kind of error and the first line of its message, without any value in quotes."""
    return f"{type(error).__name__}: {without_values(str(error))}"[:500].rstrip(": ")


def without_values(text: str) -> str:
    """Return the first line, masked and without values in quotes."""
    return QUOTED.sub(GAP, masked(next(iter(text.splitlines()), "")))
