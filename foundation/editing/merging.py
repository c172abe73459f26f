"""Two people changed one row: their changes are merged field by field against what the form held when it was opened.

Everything is compared as a browser sends it, a list of strings for each field, so that no kind of field needs rules of
its own. The form carries what it held (`opened`). Nothing is gained by forging it: whoever may send the form may send
any value in it.

- Only one of the two changed a field: that change is saved. Both changed it to the same: that is saved.
- Both changed it differently: the second is asked about this field, and about no other.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property

from foundation.editing.locking import Clash

VERSION, OPENED = "edit_version", "opened"
# How often a save is tried again that others overtake each time.
ATTEMPTS = 3

Values = dict[str, list[str]]


@dataclass(frozen=True)
class Merge:
    """What came of a merge: the fields that both changed, what is saved now, and the version it belongs to."""

    asked: tuple[str, ...]
    theirs: Values
    opened: str
    edit_version: int


class MergingForm(forms.BaseForm):
    """A form that can be made again for the row as it is now, and takes over what others have changed in it."""

    merge: Merge | None = None

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        form = super().__new__(cls)
        form._made_from = (args, kwargs)
        return form

    def fresh(self, row: Any) -> "MergingForm":
        """Return the form as it would be opened now, for the row as it is now."""
        _args, kwargs = self._made_from
        mine = {name: value for name, value in kwargs.items() if name not in {"data", "files", "initial"}}
        return type(self)(**{**mine, "instance": row})

    def carry_version(self, version: int) -> None:
        """Add the two hidden fields: the version of the row, and what the form holds when it is opened."""
        self.fields[VERSION] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=version)
        self.fields[OPENED] = forms.CharField(
            widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
            required=False,
            initial=lambda: as_opened(shown(self)),
        )

    @cached_property
    def opened(self) -> Values:
        """What the form held when it was opened; nothing where that was not sent."""
        try:
            held = json.loads(self.data.get(self.add_prefix(OPENED), ""))
        except ValueError:
            return {}
        return held if isinstance(held, dict) else {}

    def take(self, merge: Merge, merged: Values) -> None:
        """Hold what was merged, on the version that is saved now, as if it had been sent so."""
        data = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
        for name, values in merged.items():
            data.setlist(self.add_prefix(name), values)
            if not values:
                del data[self.add_prefix(name)]
        data[self.add_prefix(VERSION)] = str(merge.edit_version)
        data[self.add_prefix(OPENED)] = merge.opened
        self.data, self.merge = data, merge
        for computed in ("opened", "changed_data"):
            self.__dict__.pop(computed, None)
        self.full_clean()


def save_merged(form: forms.BaseForm, save: Callable[[], object]) -> Any:
    """Run `save`; return the row in which somebody else's changes were kept beside these, or None if there were none.

    Raises `Clash` where both changed the same field, or where the row is gone.
    """
    row = None
    for attempt in range(ATTEMPTS):
        try:
            save()
        except Clash as clash:
            if clash.current is None or not isinstance(form, MergingForm) or attempt == ATTEMPTS - 1:
                raise
            _merge(form, clash.current)
            if form.merge.asked:
                raise
            row = clash.current
            instance = getattr(form, "instance", None)
            if instance is not None and instance.pk:
                instance.refresh_from_db()
        else:
            break
    return row


def _merge(form: MergingForm, row: Any) -> None:
    """Leave in the form what is to be saved or, where both changed a field, what is to be asked."""
    theirs, mine, base = shown(form.fresh(row)), sent(form), form.opened
    merged, asked = {}, []
    for name, wanted in mine.items():
        saved, held = theirs.get(name, []), base.get(name)
        if _same(wanted, saved) or (held is not None and _same(wanted, held)):
            merged[name] = saved
        else:
            merged[name] = wanted
            if held is None or not _same(saved, held):
                asked.append(name)
    opened = as_opened(theirs)
    form.take(Merge(tuple(asked), theirs, opened, row.edit_version), merged)
    if not asked and not form.is_valid():
        # Each change was right by itself; together they break a rule. Whoever came second sees both.
        differing = [name for name, wanted in mine.items() if not _same(wanted, theirs.get(name, []))]
        form.take(Merge(tuple(differing), theirs, opened, row.edit_version), mine)


def shown(form: forms.BaseForm) -> Values:
    """What a browser would send of an unbound form that nobody touched."""
    values: Values = {}
    for name, field in _own_fields(form):
        value, widget = form[name].value(), field.widget
        if isinstance(widget, forms.CheckboxInput):
            values[name] = ["on"] if widget.check_test(value) else []
        else:
            formatted = widget.format_value(value)
            values[name] = [str(one) for one in formatted] if isinstance(formatted, list | tuple) else [formatted or ""]
        values[name] = [value for value in values[name] if value != ""]
    return values


def sent(form: forms.BaseForm) -> Values:
    """What was sent of each field."""
    values: Values = {}
    for name, field in _own_fields(form):
        key = form.add_prefix(name)
        if isinstance(field.widget, forms.CheckboxInput):
            values[name] = ["on"] if field.widget.value_from_datadict(form.data, form.files, key) else []
        else:
            every = form.data.getlist(key) if hasattr(form.data, "getlist") else [form.data.get(key, "")]
            values[name] = [str(value) for value in every if value not in {"", None}]
    return values


def as_opened(values: Values) -> str:
    return json.dumps(values, ensure_ascii=False)


def words_of(form: forms.BaseForm, name: str, values: list[str]) -> str:
    """The values of a field as a reader knows them: the labels of choices, yes or no, or the text itself."""
    widget = form.fields[name].widget
    if isinstance(widget, forms.CheckboxInput):
        return "on" if values else ""
    if isinstance(widget, forms.widgets.ChoiceWidget):
        labels = {str(value): str(label) for value, label in _flat(widget.choices)}
        return ", ".join(labels.get(value, value) for value in values)
    return "\n".join(values)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    pairs: list[tuple[Any, Any]] = []
    for value, label in choices:
        pairs += list(label) if isinstance(label, list | tuple) else [(value, label)]
    return pairs


def _own_fields(form: forms.BaseForm) -> list[tuple[str, forms.Field]]:
    return [
        (name, field)
        for name, field in form.fields.items()
        if name not in {VERSION, OPENED} and not isinstance(field, forms.FileField)
    ]


def _same(one: list[str], other: list[str]) -> bool:
    """Line breaks as browsers send them and space at the ends make no difference."""
    return sorted(_plain(one)) == sorted(_plain(other))


def _plain(values: list[str]) -> list[str]:
    return [plain for value in values if (plain := value.replace("\r\n", "\n").strip())]
