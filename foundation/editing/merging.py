"""Three-way merge for two people who changed one row, field by field against the values when the form was opened.

Values are compared in the form in which a browser sends them, as lists of strings, so that no type of field needs its
own rules. The form carries the values it was opened with (`opened`). Forging them gains nothing, because anyone who
may send the form may send any value.

- A field that only one of the two changed, or both changed to the same value, is saved.
- If both changed a field differently, the second person is asked about this field only.
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
# How often to try a save that other saves keep overtaking.
ATTEMPTS = 3

Values = dict[str, list[str]]


@dataclass(frozen=True)
class Merge:
    """The result of a merge: fields that both changed, the saved values, and the version they belong to.

    `only_mine` and `only_theirs` are the fields that one of the two changed.
    """

    asked: tuple[str, ...]
    theirs: Values
    opened: str
    edit_version: int
    only_mine: tuple[str, ...] = ()
    only_theirs: tuple[str, ...] = ()


class MergingForm(forms.BaseForm):
    """A form that can be built again for the current row and take over changes that others made to it."""

    merge: Merge | None = None

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        form = super().__new__(cls)
        form._made_from = (args, kwargs)
        return form

    def fresh(self, row: Any) -> "MergingForm":
        """Return the form as it would be opened now, for the current state of the row."""
        _args, kwargs = self._made_from
        mine = {name: value for name, value in kwargs.items() if name not in {"data", "files", "initial"}}
        return type(self)(**{**mine, "instance": row})

    def version_of(self, row: Any) -> int:
        """Return the current version of the row, for a form made after a clash.

        Override this for rows without the column `edit_version`.
        """
        return row.edit_version

    def carry_version(self, version: int) -> None:
        """Add two hidden fields: the version of the row and the values that the form is opened with."""
        self.fields[VERSION] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=version)
        self.fields[OPENED] = forms.CharField(
            widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
            required=False,
            initial=lambda: as_opened(shown(self)),
        )

    @property
    def expected(self) -> int:
        """Return the version that the form was made from, or 0, which no row has, if it is missing or invalid."""
        return self.cleaned_data.get(VERSION) or 0

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed, without the two hidden fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {VERSION, OPENED}}

    @cached_property
    def opened(self) -> Values:
        """The values that the form was opened with; empty if they were not sent."""
        try:
            held = json.loads(self.data.get(self.add_prefix(OPENED), ""))
        except (ValueError, RecursionError):
            return {}
        return held if isinstance(held, dict) else {}

    def take(self, merge: Merge, merged: Values) -> None:
        """Replace the sent data by the merged values and the current version."""
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
    """Run `save`, and merge and repeat it if somebody else saved in the meantime.

    Return the row if changes were merged, otherwise None. Raises Clash if both changed the same field or the row was
    deleted.
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
    """Put into the form the values to be saved or, if both changed a field, the fields to ask about."""
    theirs, mine, base = shown(form.fresh(row)), sent(form), form.opened
    merged, asked, only_mine, only_theirs = {}, [], [], []
    for name, wanted in mine.items():
        saved, held = theirs.get(name, []), base.get(name)
        if _same(wanted, saved):
            merged[name] = saved
        elif held is not None and _same(wanted, held):
            merged[name] = saved
            only_theirs.append(name)
        else:
            merged[name] = wanted
            (only_mine if held is not None and _same(saved, held) else asked).append(name)
    opened, version = as_opened(theirs), form.version_of(row)
    form.take(Merge(tuple(asked), theirs, opened, version, tuple(only_mine), tuple(only_theirs)), merged)
    if not asked and not form.is_valid():
        # Each change is valid on its own, but together they break a rule: show both to the second person.
        differing = [name for name, wanted in mine.items() if not _same(wanted, theirs.get(name, []))]
        form.take(Merge(tuple(differing), theirs, opened, version), mine)


def shown(form: forms.BaseForm) -> Values:
    """Return the values that a browser would send for an unbound form that nobody changed."""
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
    """Return the values that were sent."""
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
    """Return the values as the text of the hidden field `opened`."""
    return json.dumps(values, ensure_ascii=False)


def words_of(form: forms.BaseForm, name: str, values: list[str]) -> str:
    """Return the values of a field as a reader knows them: labels of choices, "on" for a ticked box, or the text."""
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
    """Return whether two lists of values are equal, ignoring order, kinds of line breaks and space at the ends."""
    return sorted(_plain(one)) == sorted(_plain(other))


def _plain(values: list[str]) -> list[str]:
    return [plain for value in values if (plain := value.replace("\r\n", "\n").strip())]
