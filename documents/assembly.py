"""Build the material of a document from its rows: masthead, parts, figures and exhibits."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation

from documents.house_styles import styles_for
from documents.masthead import masthead_of
from documents.models import AnnexMarks, Document, FrozenFigure, Part, Text
from texts import registry
from texts.house_style import set_in_style
from texts.material import Material, exhibit_as_json, figure_as_json
from texts.schema import Content, cited_keys


class NothingToShow(Exception):
    """Raised when a document has no main text in the requested language."""


def frozen_as_json(frozen: FrozenFigure) -> dict[str, Any]:
    return {
        "kind": frozen.kind,
        "value": frozen.value,
        "n": frozen.n,
        "total": frozen.total,
        "label": frozen.label,
        "source": frozen.source,
        "source_url": frozen.source_url,
        "status": "ok",
        "qualified": frozen.qualified,
    }


def parts_in(document: Document, language: str, contents: Mapping[int, Content] | None = None) -> list[dict[str, Any]]:
    """Return the parts as dicts, in order, each with the text to show for `language`.

    An annex without a text in `language` is shown in the original language, or in any other that it has. An annex that
    exists in one language only is marked with that language under "only".

    `contents` maps ids of texts to earlier contents. Texts that it does not contain did not exist at that moment and
    are skipped. Raises `NothingToShow` if there is no main text in `language`.
    """
    texts: dict[int, dict[str, Text]] = {}
    for text in Text.objects.filter(part__document=document):
        if contents is not None:
            if text.pk not in contents:
                continue
            text.content = contents[text.pk]
        texts.setdefault(text.part_id, {})[text.language] = text
    shown = []
    mains = 0
    for part in Part.objects.filter(document=document).order_by("position"):
        existing = texts.get(part.pk, {})
        mains = len(existing) if part.kind == Part.Kind.MAIN else mains
        text = existing.get(language)
        if text is None and part.kind == Part.Kind.ANNEX:
            text = existing.get(document.original_language) or next(iter(existing.values()), None)
        if text is None:
            if part.kind == Part.Kind.MAIN:
                raise NothingToShow(language)
            continue
        with translation.override(language):
            title = part.title
        only = part.kind == Part.Kind.ANNEX and len(existing) == 1
        if document.annex_marks == AnnexMarks.LATER and mains < 2:
            only = False
        shown.append(
            {
                "key": part.key,
                "kind": part.kind,
                "title": title,
                "language": text.language,
                "only": text.language if only else "",
                "content": text.content,
                "heads_itself": part.heads_itself,
            }
        )
    if not shown or shown[0]["kind"] != Part.Kind.MAIN:
        raise NothingToShow(language)
    return shown


def assemble(
    document: Document,
    language: str,
    figures: Mapping[str, dict[str, Any]] | None = None,
    *,
    contents: Mapping[int, Content] | None = None,
) -> Material:
    """Return the material of a document as it is now.

    Figures are taken from `figures` (the frozen ones) if given, and computed otherwise. `contents` is passed to
    `parts_in`. Raises `NothingToShow` if there is no main text in `language`.
    """
    parts = parts_in(document, language, contents)
    styles = styles_for(document.body)
    for part in parts:
        part["content"] = set_in_style(part["content"], styles[part["language"]], part["language"])
    cited = [(part["language"], *cited_keys(part["content"])) for part in parts]
    keys = {key for _language, figured, _drawn in cited for key in figured}
    exhibits: dict[str, dict[str, Any]] = {}
    with registry.shared_reads():
        # Figures come before exhibits: a figure provider reads all its subjects at once, an exhibit only its own. The
        # exhibits then reuse the rows that the figures have read.
        if figures is None:
            live = {key: figure_as_json(figure) for key, figure in registry.resolve(keys).items()}
        else:
            live = {key: figures[key] if key in figures else figure_as_json(registry.missing()) for key in sorted(keys)}
        for spoken, _figured, drawn in cited:
            with translation.override(spoken):
                for key in sorted(drawn):
                    exhibits[f"{spoken} {key}"] = exhibit_as_json(registry.draw(key, spoken))
    return {
        "form": 1,
        "language": language,
        "draft": document.is_draft,
        "masthead": masthead_of(document, language, styles[language]["words"]),
        "styles": {part["language"]: styles[part["language"]] for part in parts} | {language: styles[language]},
        "footnotes_run_on": document.footnotes_run_on,
        "lists_annexes": document.lists_annexes,
        "annex_marks": document.annex_marks,
        "lists_contents": document.lists_contents,
        "parts": parts,
        "figures": live,
        "exhibits": exhibits,
        "frozen_at": "",
    }
