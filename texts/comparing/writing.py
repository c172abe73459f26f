"""Write merged blocks as HTML: the new version, with changes marked by words and not only by colour."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.text.words import Run, Token, compare_words, is_word, split_words
from texts.comparing.matching import Spot
from texts.comparing.merging import Merged
from texts.material import Material, show_figure
from texts.rendering.blocks import BlockWriter, Medium
from texts.schema import Content, walk

EXCERPT = 90  # length of excerpts in characters
_CELL = re.compile(r"(<t[dh][^>]*>)(.*?)(</t[dh]>)", re.DOTALL)
_KINDS = {
    "table": gettext_lazy("table"),
    "quotation": gettext_lazy("quotation"),
    "exhibit": gettext_lazy("exhibit"),
    "bullet_list": gettext_lazy("list"),
    "lettered_list": gettext_lazy("list"),
}


@dataclass(frozen=True)
class Change:
    """An entry in the list of changes. `kind` is added, deleted, moved, words or form."""

    anchor: str
    kind: str
    where: str
    what: str
    excerpt: str = ""


def item_label(writer: BlockWriter, item: Content) -> str:
    """Return the number of a list item as text, because a browser's own numbering would count deleted items too."""
    label = writer.numbering.items.get((item.get("attrs") or {}).get("id", ""), "•")
    return f'<span class="number">{escape(label)}&nbsp;</span>'


class PlainWriter(BlockWriter):
    """Writer for deleted blocks, without ids and links, because nothing may point to them."""

    def _identity(self, node: Content) -> str:
        return ""

    def _paragraph(self, node: Content) -> str:
        number = self.numbering.paragraphs.get((node.get("attrs") or {}).get("id", ""))
        if not number:
            return f"<p>{self.inline(node)}</p>"
        return f'<p class="numbered"><span class="number">{number}.&nbsp;</span><span>{self.inline(node)}</span></p>'

    def _item_label(self, item: Content) -> str:
        return item_label(self, item)

    def _reference(self, attrs: dict[str, Any]) -> str:
        return escape(self.numbering.refer(attrs["target"], attrs.get("reads", "full")) or "[?]")

    def _footnote(self, node: Content) -> str:
        return f" [{escape(self.words['note'])}: {self.inline(node)}]"


class ComparisonWriter(BlockWriter):
    """Writer of the new version with the changes marked. `changes` lists them in reading order."""

    def __init__(self, old: Material, new: Material, medium: Medium) -> None:
        super().__init__(new, medium)
        self.old = PlainWriter(old, medium)
        self.changes: list[Change] = []
        self.old_footnotes = {
            node["attrs"]["id"]: node
            for part in old["parts"]
            for node in walk(part["content"])
            if node["type"] == "footnote"
        }
        self._merged: dict[int, Merged] = {}
        # `_merged` is keyed by id(node); keeping the nodes alive keeps those ids from being used again.
        self._nodes: list[Content] = []
        self._whole = False

    # --- Parts --------------------------------------------------------------------------------------------------------
    def merged_part(self, part: dict[str, Any], old_part: dict[str, Any] | None, blocks: list[Merged]) -> str:
        """Return the HTML of a part merged with its old version. For a deleted part, `part` is the old version."""
        self.old.part_language = (old_part or part)["language"]
        self.old.is_annex = part["kind"] == "annex"
        content = [self._node(merged) for merged in blocks]
        return self.part({**part, "content": {"type": "doc", "content": content}})

    def _node(self, merged: Merged) -> Content:
        node = dict(merged.spot.node)
        if merged.children:
            node["content"] = [self._node(child) for child in merged.children]
        self._nodes.append(node)
        self._merged[id(node)] = merged
        return node

    # --- Blocks -------------------------------------------------------------------------------------------------------
    def block(self, node: Content) -> str:
        """Return the HTML of a block with its changes marked."""
        merged = self._merged.get(id(node))
        if merged is None or self._whole:
            return super().block(node)
        return self._framed(merged, "div", lambda: super(ComparisonWriter, self).block(node))

    def _framed(self, merged: Merged, tag: str, write: Callable[[], str]) -> str:
        """Return a block with a label that says what happened to it. A kept block has its changes marked inside."""
        if merged.state == "gone":
            label = _("Moved to %(where)s") % {"where": self.where(merged.new, self)}
            words = escape(self._excerpt(merged.spot, self.old))
            return f'<{tag} class="change gone">{_said(label)} <del>{words}</del></{tag}>'
        if merged.state == "deleted":
            return self._deleted(merged, tag)
        if merged.state == "added" and not merged.has_matched_content:
            anchor = self._note("added", merged.spot, _("new"), self._excerpt(merged.spot, self))
            body = self._unmarked(write)
            return f'<{tag} class="change added" id="{anchor}">{_said(_("New"))}<ins>{body}</ins></{tag}>'
        if merged.state == "moved":
            label = _("Moved from %(where)s") % {"where": self.where(merged.old, self.old)}
            what = _("moved from %(where)s") % {"where": self.where(merged.old, self.old)}
            anchor = self._note("moved", merged.spot, what, self._excerpt(merged.spot, self))
            return f'<{tag} class="change moved" id="{anchor}">{_said(label)}{write()}</{tag}>'
        notes = self._form(merged)
        if notes and tag == "div":
            what = "; ".join(notes)
            anchor = self._note("form", merged.spot, what, self._excerpt(merged.spot, self))
            return f'<div class="change form" id="{anchor}">{_said(what)}{write()}</div>'
        return write() if tag == "div" else f"<{tag}>{write()}</{tag}>"

    def _deleted(self, merged: Merged, tag: str) -> str:
        if merged.has_matched_content:
            # The container was deleted, but some of its paragraphs are elsewhere now: label each paragraph.
            leaves = "".join(self._framed(leaf, "div", str) for leaf in merged.leaves())
            return f"<{tag}>{leaves}</{tag}>"
        node = merged.spot.node
        anchor = self._note("deleted", merged.spot, _("deleted"), self._excerpt(merged.spot, self.old))
        body = self.old._item(node, 0) if tag == "li" else self.old.block(node)
        return f'<{tag} class="change deleted" id="{anchor}">{_said(_("Deleted"))}<del>{body}</del></{tag}>'

    def _unmarked(self, write: Callable[[], str]) -> str:
        """Write a new block without marks inside, because all of it is new."""
        self._whole = True
        try:
            return write()
        finally:
            self._whole = False

    # --- Lists and tables ---------------------------------------------------------------------------------------------
    def _item_label(self, item: Content) -> str:
        return item_label(self, item)

    def _items(self, node: Content, depth: int) -> str:
        written = []
        for item in node["content"]:
            merged = self._merged.get(id(item))
            if merged is None or self._whole or merged.state == "kept":
                written.append(f"<li{self._identity(item)}>{self._item(item, depth)}</li>")
            else:
                written.append(self._framed(merged, "li", partial(self._item, item, depth)))
        return "".join(written)

    def _item(self, item: Content, depth: int) -> str:
        """Return the content of a list item. If its first paragraph was moved or deleted, the number comes first."""
        first = item["content"][0]
        merged = self._merged.get(id(first))
        if self._whole or merged is None or (merged.state == "kept" and not self._form(merged)):
            return super()._item(item, depth)
        written = [f"<p>{self._item_label(item)}</p>"]
        for child in item["content"]:
            if child["type"] == "lettered_list" and self._state(child) == "kept":
                written.append(self._lettered_list(child, depth + 1))
            else:
                written.append(self.block(child))
        return "".join(written)

    def _state(self, node: Content) -> str:
        merged = self._merged.get(id(node))
        return merged.state if merged else "kept"

    def _row(self, row: Content, scope: str) -> str:
        merged = self._merged.get(id(row))
        if merged is None or self._whole:
            return super()._row(row, scope)
        if merged.state == "gone":
            return ""
        if merged.state in {"kept", "moved"} or merged.has_matched_content:
            cells = [cell for cell in row["content"] if self._state(cell) != "gone"]
            return super()._row({**row, "content": cells}, scope)
        if merged.state == "deleted":
            anchor = self._note("deleted", merged.spot, _("row deleted"), self._excerpt(merged.spot, self.old))
            return _marked_row(self.old._row(merged.spot.node, scope), "deleted", "del", _("Deleted row"), anchor)
        anchor = self._note("added", merged.spot, _("new row"), self._excerpt(merged.spot, self))
        written = self._unmarked(lambda: super(ComparisonWriter, self)._row(row, scope))
        return _marked_row(written, "added", "ins", _("New row"), anchor)

    # --- Lines --------------------------------------------------------------------------------------------------------
    def inline(self, node: Content) -> str:
        """Return the HTML of a line with its changes marked, and record them."""
        if self._whole:
            return super().inline(node)
        if node["type"] == "footnote":
            before, spot = self.old_footnotes.get(node["attrs"]["id"]), None
        else:
            merged = self._merged.get(id(node))
            before, spot = (merged.old.node, merged.new) if merged and merged.old else (None, None)
        if before is None:
            return super().inline(node)
        runs = compare_words(self._tokens(before, self.old), self._tokens(node, self))
        if all(run.operation == "same" for run in runs):
            return "".join(run.written for run in runs)
        if spot is None:
            number = self.numbering.footnotes.get(node["attrs"]["id"], "?")
            where = _("footnote %(number)s") % {"number": number}
        else:
            where = self.where(spot, self)
        anchor = f"change-{len(self.changes) + 1}"
        self.changes.append(Change(anchor, "words", where, _counted(runs), _first_words(runs)))
        return marked_runs(runs, anchor)

    def _tokens(self, node: Content, writer: BlockWriter) -> list[Token]:
        """Return the pieces of a line in order.

        Each piece is written exactly once: writing the call of a footnote also adds the note to the page.
        """
        tokens: list[Token] = []
        for child in node.get("content") or ():
            if child["type"] == "text":
                marks = child.get("marks") or ()
                for piece in split_words(child["text"]):
                    written = escape(piece, quote=False)
                    for mark in reversed(marks):
                        written = writer._mark(mark, written)
                    tokens.append(Token(piece.strip() or " ", written, is_word(piece)))
            elif child["type"] == "figure":
                shown = show_figure(writer.material, child["attrs"], writer.part_language)
                tokens.append(
                    Token(f"figure {child['attrs']['key']} {shown.text}", writer._marked(child), text=shown.text)
                )
            elif child["type"] == "cross_reference":
                # Compare references by target: a number that changed because paragraphs moved is not a change of words.
                tokens.append(
                    Token(f"reference {child['attrs']['target']}", writer._marked(child), text=writer.words_of(child))
                )
            elif child["type"] == "footnote":
                tokens.append(Token(self._call_key(child), writer._marked(child), text=_("footnote")))
            else:
                tokens.append(Token("break", "<br>", False))
        return tokens

    def _call_key(self, node: Content) -> str:
        """Return the key by which a footnote call is compared: its id if both versions have the note, else its words.

        Changes inside a note that both versions have are marked in the note.
        """
        identity = node["attrs"]["id"]
        if identity in self.old_footnotes and identity in self.numbering.footnotes:
            return f"footnote {identity}"
        return f"footnote {self.words_of({**node, 'type': 'paragraph'})}"

    # --- List of changes ----------------------------------------------------------------------------------------------
    def _note(self, kind: str, spot: Spot, what: str, excerpt: str) -> str:
        anchor = f"change-{len(self.changes) + 1}"
        self.changes.append(
            Change(anchor, kind, self.where(spot, self.old if kind == "deleted" else self), what, excerpt)
        )
        return anchor

    def _excerpt(self, spot: Spot, writer: BlockWriter) -> str:
        if spot.kind == "exhibit":
            exhibit = writer.material["exhibits"].get(f"{writer.part_language} {spot.node['attrs']['key']}") or {}
            return str(exhibit.get("title") or spot.node["attrs"]["key"])
        text = " ".join(" ".join(writer.words_of(leaf.node).split()) for leaf in spot.leaves())
        return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …"

    def where(self, spot: Spot | None, writer: BlockWriter) -> str:
        """Return where a block is in its version, in the language of the page and not of the document."""
        if spot is None:
            return ""
        place = self._place(spot, writer)
        annex = writer.numbering.annexes.get(spot.part, "")
        return _("%(place)s, Annex %(annex)s") % {"place": place, "annex": annex} if annex else place

    def _place(self, spot: Spot, writer: BlockWriter) -> str:
        numbers = writer.numbering
        around: Spot | None = spot
        while around is not None:
            if around.identity in numbers.paragraphs:
                return _("paragraph %(number)s") % {"number": numbers.paragraphs[around.identity]}
            if around.identity in numbers.items:
                return _("item %(number)s") % {"number": numbers.items[around.identity]}
            if around.kind == "heading":
                return _("heading “%(words)s”") % {"words": " ".join(writer.words_of(around.node).split())[:60]}
            if around.kind in _KINDS:
                return str(_KINDS[around.kind])
            around = around.parent
        return _("unnumbered paragraph")

    def _form(self, merged: Merged) -> list[str]:
        """Return what changed in a block other than its words."""
        if merged.old is None or merged.new is None or merged.state not in {"kept", "moved"}:
            return []
        before, after = merged.old, merged.new
        was, now = before.node.get("attrs") or {}, after.node.get("attrs") or {}
        notes = []
        if before.kind != after.kind:
            notes.append(_("no longer a heading") if before.kind == "heading" else _("now a heading"))
        elif bool(was.get("numbered")) != bool(now.get("numbered")):
            notes.append(_("now numbered") if now.get("numbered") else _("no longer numbered"))
        elif after.kind == "heading" and any(was.get(name) != now.get(name) for name in ("level", "lettered")):
            notes.append(_("heading level changed"))
        if was.get("style") != now.get("style"):
            notes.append(_("numbering changed"))
        for name in ("attribution", "title"):
            if was.get(name, "") != now.get(name, ""):
                words = {"before": was.get(name, ""), "after": now.get(name, "")}
                notes.append(_("was “%(before)s”, now “%(after)s”") % words)
        if after.kind == "exhibit" and self._drawn(self.old, was) != self._drawn(self, now):
            notes.append(_("values changed"))
        return notes

    def _drawn(self, writer: BlockWriter, attrs: dict[str, Any]) -> Any:
        exhibit = writer.material["exhibits"].get(f"{writer.part_language} {attrs['key']}") or {}
        return attrs["key"], attrs.get("shows"), exhibit.get("header"), exhibit.get("rows")


def _said(label: str) -> str:
    return f'<span class="change-label">{escape(label[:1].upper() + label[1:])}</span>'


def _marked_row(row: str, kind: str, tag: str, label: str, anchor: str) -> str:
    row = _CELL.sub(rf"\1<{tag}>\2</{tag}>\3", row)
    row = row.replace(f"<{tag}>", f"{_said(label)}<{tag}>", 1)
    return row.replace("<tr>", f'<tr class="change {kind}" id="{anchor}">', 1)


def marked_runs(runs: list[Run], anchor: str) -> str:
    """Return runs as HTML. The first changed run has the anchor; hidden text tells screen readers where changes are."""
    written = []
    for run, following in zip(runs, [*runs, None][1:], strict=True):
        if run.operation == "same":
            written.append(run.written)
            continue
        tag, begins = ("del", _("deleted:")) if run.operation == "deleted" else ("ins", _("added:"))
        identity, anchor = (f' id="{anchor}"' if anchor else ""), ""
        text = run.written.rstrip(" ")
        apart = text != run.written or (following is not None and following.operation == "added")
        written.append(
            f'<{tag}{identity}><span class="visually-hidden">[{escape(begins)} </span>{text}'
            f'<span class="visually-hidden">]</span></{tag}>{" " if apart else ""}'
        )
    return "".join(written)


def _counted(runs: list[Run]) -> str:
    added = sum(run.words for run in runs if run.operation == "added")
    deleted = sum(run.words for run in runs if run.operation == "deleted")
    counts = []
    if added:
        counts.append(ngettext("%(n)s word added", "%(n)s words added", added) % {"n": added})
    if deleted:
        counts.append(ngettext("%(n)s word deleted", "%(n)s words deleted", deleted) % {"n": deleted})
    return ", ".join(counts) or _("punctuation changed")


def _first_words(runs: list[Run]) -> str:
    """Return the first added words for the list of changes, or the first deleted words if none were added."""
    texts = {run.operation: run.text for run in reversed(runs) if run.words}
    return (texts.get("added") or texts.get("deleted") or "")[:EXCERPT]
