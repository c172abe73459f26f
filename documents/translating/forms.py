"""Translate one block in a form without JavaScript: a field for the text and one for each of its footnotes."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from documents.translating.alignment import Row
from documents.translating.tagged_text import Legend, Mistyped, from_tagged, legend_of, to_tagged
from texts.schema import Content


class BlockForm(forms.Form):
    """The translation of one block, with figures and marks as numbers (see `tagged_text`).

    The constructor raises `Mistyped` if the block can be written only in the editor. `cleaned_data["wording"]` is a
    list of inline nodes, or for an attribute its text.
    """

    source_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    target_hash = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, data: Any = None, *, row: Row, language: str) -> None:
        super().__init__(data)
        self.row = row
        assert row.original is not None
        self.fields["source_hash"].initial = row.original.hash
        self.fields["target_hash"].initial = row.translation.hash if row.translation else ""
        self.legends: dict[str, Legend] = {}
        self.footnotes: dict[str, Content] = {}
        if row.original.attribute:
            wording = row.translation.wording if row.translation else ""
            self._add("words", _("Translation"), wording, language)
            return
        translated: list[Content] = row.translation.wording if row.translation else []
        original: list[Content] = row.original.wording
        self.legends["words"] = legend_of(original, translated)
        self._add("words", _("Translation"), to_tagged(translated, self.legends["words"]), language)
        originals = {node["attrs"]["id"]: node for node in original if node["type"] == "footnote"}
        for number, node in self.legends["words"].atoms.items():
            if node["type"] == "footnote":
                name = f"note-{number}"
                own = node.get("content") or []
                source = originals.get(node["attrs"]["id"], node).get("content") or []
                self.footnotes[name] = node
                self.legends[name] = legend_of(source, own)
                label = _("Text of footnote {%(number)s}") % {"number": number}
                self._add(name, label, to_tagged(own, self.legends[name]), language, rows=2)

    def _add(self, name: str, label: str, initial: str, language: str, rows: int = 6) -> None:
        area = forms.Textarea(attrs={"rows": rows, "lang": language})
        self.fields[name] = forms.CharField(
            label=label, initial=initial, widget=area, required=False, max_length=50_000
        )

    @property
    def has_legend(self) -> bool:
        """Whether the text contains numbers that the reader needs explained."""
        return bool(self.legends.get("words") and (self.legends["words"].atoms or self.legends["words"].marks))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        assert self.row.original is not None
        if self.row.original.attribute:
            cleaned["wording"] = " ".join(cleaned.get("words", "").split())[:300]
            return cleaned
        lines: dict[str, list[Content]] = {}
        for name, legend in self.legends.items():
            try:
                lines[name] = from_tagged(cleaned.get(name, ""), legend)
            except Mistyped as mistyped:
                self.add_error(name, str(mistyped))
        if not self.errors:
            notes = {node["attrs"]["id"]: lines[name] for name, node in self.footnotes.items()}
            cleaned["wording"] = [_with_note(node, notes) for node in lines["words"]]
        return cleaned


def _with_note(node: Content, notes: dict[str, list[Content]]) -> Content:
    if node["type"] != "footnote":
        return node
    made = {key: value for key, value in node.items() if key != "content"}
    line = notes[node["attrs"]["id"]]
    return {**made, "content": line} if line else made
