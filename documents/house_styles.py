"""House styles as set by administrators, for a body and each language."""

from documents.models import HouseStyle
from texts.house_style import DEFAULTS, Style, style_for


def styles_for(body: str) -> dict[str, Style]:
    """Return the style of each language for a body, in one query.

    Settings of the body come before those of the whole house, and these before the defaults of the language.
    """
    rows = {(row.body, row.language): row for row in HouseStyle.objects.filter(body__in={"", body})}
    return {
        language: style_for(language, *(row for row in (rows.get(("", language)), rows.get((body, language))) if row))
        for language in DEFAULTS
    }
