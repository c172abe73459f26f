"""Template tag for content of higher apps on pages of lower ones."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from foundation.pages.registries import fragments

register = template.Library()


@register.simple_tag(takes_context=True)
def related(context: Context, subject: str, row: Any) -> SafeString:
    """Return related content of higher apps for this page.

    Each fragment renders a template, so it is already escaped.
    """
    parts = (fragment(row, context.get("viewer")) for fragment in fragments(subject))
    return mark_safe("".join(parts))  # noqa: S308 - fragments are rendered templates
