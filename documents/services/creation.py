"""Create drafts from blueprints, with the parts, headings and live figures of their kind."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.blueprints import Blueprint, aligned, texts_of
from documents.models import Document, Part
from documents.permissions import EDITORS, require_role
from documents.placeholders import insert_placeholders
from documents.services.annexes import add_annex
from documents.services.drafts import create_document, set_text
from documents.services.symbols import assign_symbol
from foundation.refusals import Refused
from texts import registry


@transaction.atomic
def create_from_blueprint(
    *,
    blueprint: Blueprint,
    subjects: Mapping[str, str],
    languages: Sequence[str],
    actor: Any,
    takes_symbol: bool = False,
    session: int | None = None,
    now: dt.datetime | None = None,
    **masthead: Any,
) -> Document:
    """Create a draft from a blueprint in its original language and `languages`, aligned block by block.

    `subjects` are permanent ids by the blueprint's names for them; `masthead` is as for `create_document`. Figures that
    are not known yet become square brackets to fill in, and the log lists them. With `takes_symbol`, the draft gets the
    next symbol of its series; `session` is needed if the pattern contains the session's number. Raises `Refused` for a
    subject that the actor may not cite.
    """
    require_role(actor, *EDITORS)
    chosen = _checked(blueprint, subjects, actor)
    original = masthead.get("original_language") or Document._meta.get_field("original_language").default
    codes = list(dict.fromkeys([original, *languages]))
    texts = {language: texts_of(blueprint, chosen, language, person=actor) for language in codes}
    note = insert_placeholders(texts).words(_named(blueprint, chosen, actor))
    document = create_document(actor=actor, kind=blueprint.kind, now=now, note=note, **masthead)
    if takes_symbol:
        document = assign_symbol(document=document, actor=actor, session=session)
    for place, (definition, _blocks) in enumerate(texts[codes[0]]):
        if definition["kind"] == Part.Kind.MAIN:
            part = document.parts.get(kind=Part.Kind.MAIN)
        else:
            maker, subject = definition.get("make", ""), chosen.get(definition.get("needs", ""), "")
            titles = {language: definition["title"][language] for language in codes}
            part = add_annex(
                document=document, actor=actor, titles=titles, key=definition["key"], maker=maker, subject=subject
            )
        for language, content in aligned({code: texts[code][place][1] for code in codes}).items():
            set_text(part=part, language=language, content=content, actor=actor)
    return document


def _named(blueprint: Blueprint, chosen: Mapping[str, str], actor: Any) -> dict[str, str]:
    """Return the labels of the chosen subjects, such as `IDM year “2012”`, by the first two parts of their keys."""
    named = {}
    for wanted in blueprint.subjects:
        if wanted.name in chosen:
            labels = dict(registry.subjects_of(wanted.of, actor))
            named[f"{wanted.of}:{chosen[wanted.name]}"] = f"{wanted.label} “{labels[chosen[wanted.name]]}”"
    return named


def _checked(blueprint: Blueprint, subjects: Mapping[str, str], actor: Any) -> dict[str, str]:
    """Return the subjects. Raises `Refused` for one that the blueprint does not ask for or the actor may not cite."""
    of = {wanted.name: wanted.of for wanted in blueprint.subjects}
    for name, permanent_id in subjects.items():
        if name not in of or permanent_id not in dict(registry.subjects_of(of[name], actor)):
            raise Refused(_("“%(subject)s” was not found. Choose another one.") % {"subject": permanent_id})
    return dict(subjects)
