"""Short names in addresses, made from titles."""

import secrets
from collections.abc import Callable

from django.utils.text import slugify

# No vowels: no words come of them. No letters or digits that are taken for each other.
_SIGNS = "bcdfghjkmnpqrstvwxz23456789"


def slug_of(title: str, *, otherwise: str, longest: int, is_taken: Callable[[str], bool] = lambda slug: False) -> str:
    """Return a free short name of at most `longest` characters for an address.

    It is made of the Latin letters and digits of the title. A title without any gets `otherwise` and a random code,
    as `theme-x7kq3m`; a title whose short name is taken gets a number after it.
    """
    stem = slugify(title)[: longest - 4].strip("-_")
    if not stem:
        return f"{otherwise}-{''.join(secrets.choice(_SIGNS) for _sign in range(6))}"
    number, slug = 1, stem
    while is_taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug
