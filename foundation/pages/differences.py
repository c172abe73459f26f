"""Show two texts side by side with the differing words marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.forms import BaseForm, BoundField, CheckboxInput
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.editing import Clash
from foundation.editing.merging import sent, words_of
from foundation.text.words import Token, compare_words, is_word, split_words

# Texts with more words are shown without marks, because comparing them would take seconds.
WORDS_COMPARED = 4000


def mark_differences(one: str, other: str) -> tuple[SafeString, SafeString]:
    """Return both texts, escaped, with the words that are not in the other in `<mark class="differs">`."""
    old, new = _tokens(one), _tokens(other)
    if len(old) + len(new) > WORDS_COMPARED:
        return format_html("{}", one), format_html("{}", other)
    runs = compare_words(old, new)
    return (
        _written((run.operation, run.was or run.tokens) for run in runs if run.operation != "added"),
        _written((run.operation, run.tokens) for run in runs if run.operation != "deleted"),
    )


def _tokens(text: str) -> list[Token]:
    return [Token(piece.strip() or " ", piece, is_word(piece)) for piece in split_words(text)]


def _written(runs: Iterable[tuple[str, tuple[Token, ...]]]) -> SafeString:
    return format_html_join("", "{}", ((_marked("".join(t.written for t in tokens), kind),) for kind, tokens in runs))


def _marked(text: str, operation: str) -> SafeString:
    marked = text.strip()
    if operation == "same" or not marked:
        return format_html("{}", text)
    before, _marked, after = text.partition(marked)
    return format_html('{}<mark class="differs">{}</mark>{}', before, marked, after)


@dataclass(frozen=True)
class ClashField:
    """One field that two people changed: the saved value, the second person's value, and the form field.

    `can_be_put`: a script can put either value into the field, because it holds one.
    """

    name: str
    label: str
    saved: SafeString
    wanted: SafeString
    saved_value: str
    box: BoundField | None
    can_be_put: bool = True


def clash_fields(clash: Clash, form: BaseForm | None = None) -> list[ClashField]:
    """Return the fields that the page of a clash asks about. After a merge, these are the fields that both changed."""
    merge = getattr(form, "merge", None)
    if clash.current is not None and merge is not None:
        return [_asked(form, name, merge.theirs.get(name, [])) for name in merge.asked]
    fields = []
    for name, now, wanted in clash.differences():
        saved, own = mark_differences(_shown(now), _shown(wanted))
        box = form[name] if form is not None and name in form.fields else None
        raw = form.fields[name].prepare_value(now) if box is not None else now
        fields.append(ClashField(name, _label(clash, name, box), saved, own, "" if raw is None else str(raw), box))
    return fields


def _asked(form: BaseForm, name: str, theirs: list[str]) -> ClashField:
    own_values = sent(form)[name]
    words = (words_of(form, name, theirs), words_of(form, name, own_values))
    if isinstance(form.fields[name].widget, CheckboxInput):
        words = tuple(str(_("yes") if word else _("no")) for word in words)
    saved, own = mark_differences(*words)
    can_be_put = len(theirs) <= 1 and len(own_values) <= 1
    saved_value = theirs[0] if len(theirs) == 1 else ""
    return ClashField(name, str(form[name].label), saved, own, saved_value, form[name], can_be_put)


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
