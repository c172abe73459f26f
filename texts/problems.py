"""Problems that prevent a material from being issued: figures and exhibits without a value, and broken references."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from texts import numbering
from texts.material import Material, Place, numbering_of, show_figure
from texts.schema import Content, walk_placed


@dataclass(frozen=True)
class Problem:
    """A problem that prevents issue, as a sentence, with the first place where it occurs."""

    words: str
    place: Place


def located_problems(material: Material) -> list[Problem]:
    """Return the problems in reading order, each once."""
    numbers = numbering_of(material)
    found: dict[str, Problem] = {}
    for part in material["parts"]:
        for node, blocks in walk_placed(part["content"]):
            words = _problem_with(node, material, part, numbers)
            if words:
                found.setdefault(words, Problem(words, Place(part["key"], part["language"], blocks)))
    return list(found.values())


def _problem_with(
    node: Content, material: Material, part: Mapping[str, Any], numbers: numbering.Numbering
) -> str | None:
    attrs = node.get("attrs") or {}
    if node["type"] == "figure":
        shown = show_figure(material, attrs, part["language"])
        return None if shown.is_sound else shown.problem
    if node["type"] == "exhibit":
        exhibit = material["exhibits"][f"{part['language']} {attrs['key']}"]
        if exhibit["status"] != "ok":
            return _("The exhibit “%(key)s” cannot be displayed. Replace or remove it.") % {
                "key": exhibit["title"] or attrs["key"]
            }
        return None
    if node["type"] == "cross_reference" and numbers.refer(attrs["target"]) is None:
        where = numbers.annexes.get(part["key"], "")
        where = _("Annex %(number)s") % {"number": where} if where else _("the main text")
        return _("A cross-reference in %(where)s has no target. Choose a target or delete it.") % {"where": where}
    return None


def problems_of(material: Material) -> list[str]:
    """Return the sentence of each problem, in reading order."""
    return [problem.words for problem in located_problems(material)]
