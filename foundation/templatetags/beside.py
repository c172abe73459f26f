from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from foundation.pages.registries import fragments

register = template.Library()


@register.simple_tag(takes_context=True)
def beside(context: Context, subject: str, row: Any) -> SafeString:
    """What rooms above show on this page. Each fragment renders a template of its own, so it is safe already."""
    parts = (fragment(row, context.get("viewer")) for fragment in fragments(subject))
    return mark_safe("".join(parts))  # noqa: S308 - fragments are rendered templates
