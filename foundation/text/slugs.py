"""Slugs: short names in addresses, made from titles."""

import secrets
from collections.abc import Callable

from django.utils.text import slugify

# No vowels, so that no words result, and no letters or digits that are easily confused.
_SIGNS = "bcdfghjkmnpqrstvwxz23456789"


def slug_of(title: str, *, otherwise: str, longest: int, is_taken: Callable[[str], bool] = lambda slug: False) -> str:
    """Return an unused slug of at most `longest` characters.

    It consists of the Latin letters and digits of the title. A title without any gets `otherwise` and a random code,
    for example `theme-x7kq3m`. If the slug is taken, a number is added.
    """
    stem = slugify(title)[: longest - 4].strip("-_")
    if not stem:
        return f"{otherwise}-{''.join(secrets.choice(_SIGNS) for _sign in range(6))}"
    number, slug = 1, stem
    while is_taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug
