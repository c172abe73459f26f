"""House styles as set by administrators, for a body and each language."""

from documents.models import HouseStyle
from foundation.pages import organization
from texts.house_style import DEFAULTS, Style, style_for
from texts.masthead import WORDS


def styles_for(body: str) -> dict[str, Style]:
    """Return the style of each language for a body, in one query.

    Settings of the body come before those of the whole house, and these before the defaults of the language. The name
    of the Organization is that of the set-up, unless a house style has another.
    """
    rows = {(row.body, row.language): row for row in HouseStyle.objects.filter(body__in={"", body})}
    styles = {
        language: style_for(language, *(row for row in (rows.get(("", language)), rows.get((body, language))) if row))
        for language in DEFAULTS
    }
    for language, style in styles.items():
        name = organization.current().name_in(language)
        if name and name != WORDS[language]["organization"]:
            style["words"] = {"organization": name} | dict(style["words"])
    return styles
