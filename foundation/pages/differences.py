"""Two texts side by side, with the words that differ marked."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.forms import BaseForm, BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.editing import Clash

_WORD = re.compile(r"\w+|[^\w\s]|\s+")
# Beyond this many words the comparison itself would take seconds; the texts are then shown unmarked.
WORDS_COMPARED = 4000


def mark_differences(one: str, other: str) -> tuple[SafeString, SafeString]:
    """Both texts, escaped, with the words that are not in the other one in `<mark class="differs">`."""
    left, right = _WORD.findall(one), _WORD.findall(other)
    if len(left) + len(right) > WORDS_COMPARED:
        return format_html("{}", one), format_html("{}", other)
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return (
        format_html_join("", "{}", ((_marked(left[a:b], kind),) for kind, a, b, _c, _d in blocks)),
        format_html_join("", "{}", ((_marked(right[c:d], kind),) for kind, _a, _b, c, d in blocks)),
    )


def _marked(words: list[str], kind: str) -> SafeString:
    text = "".join(words)
    marked = text.strip()
    if kind == "equal" or not marked:
        return format_html("{}", text)
    before, _marked, after = text.partition(marked)
    return format_html('{}<mark class="differs">{}</mark>{}', before, marked, after)


@dataclass(frozen=True)
class ClashField:
    """One field two people changed: how it reads now, how the second wanted it, and its box in the second's form."""

    name: str
    label: str
    saved: SafeString
    wanted: SafeString
    saved_value: str
    box: BoundField | None


def clash_fields(clash: Clash, form: BaseForm | None = None) -> list[ClashField]:
    fields = []
    for name, now, wanted in clash.differences():
        saved, own = mark_differences(_shown(now), _shown(wanted))
        box = form[name] if form is not None and name in form.fields else None
        raw = form.fields[name].prepare_value(now) if box is not None else now
        fields.append(ClashField(name, _label(clash, name, box), saved, own, "" if raw is None else str(raw), box))
    return fields


def _shown(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value)


def _label(clash: Clash, name: str, box: BoundField | None) -> str:
    if box is not None:
        return str(box.label)
    try:
        return capfirst(str(clash.current._meta.get_field(name).verbose_name)) if clash.current else capfirst(name)
    except FieldDoesNotExist:
        return capfirst(name.replace("_", " "))
