"""Load the demonstration documents from data/demo/documents/ through the services."""

from pathlib import Path
from typing import Any

from django.db import transaction

from documents import services
from documents.demo_reviews import load_reviews
from documents.models import Document, Part, SymbolPattern
from foundation.refusals import Refused
from foundation.tables.datafiles import DataFileError, read_json
from foundation.tables.demodata import DemoLoad
from membership.models import Person
from texts.compact import CompactError, blocks_from_compact
from texts.prose import NoSuchProse, paragraphs_from
from texts.registry import annex_makers
from texts.schema import with_ids

PUBLISHER = "publisher@idm.example"


@transaction.atomic
def load(demo: DemoLoad) -> None:
    """Load the demonstration documents; those whose symbol exists already are left unchanged."""
    actor = Person.objects.filter(email=PUBLISHER).first()
    addresses = demo.path("documents", "short-addresses.json")
    if addresses.exists():
        for alias, target in read_json(addresses).items():
            services.set_short_address(alias=alias, target=target, actor=actor)
    others = {addresses, demo.path("documents", "symbol-patterns.json"), demo.path("documents", "reviews.json")}
    _load_patterns(demo)
    files = [(path, read_json(path)) for path in sorted(demo.path("documents").glob("*.json")) if path not in others]
    # Load revisions last, because the documents they revise have to exist.
    for path, written in sorted(files, key=lambda file: "revises" in file[1]):
        if not Document.objects.filter(symbol=written["symbol"]).exists():
            try:
                _load_document(demo, path, written, actor)
            except (CompactError, Refused) as refused:
                raise DataFileError(path, None, str(refused)) from refused
    load_reviews(demo)


def _load_patterns(demo: DemoLoad) -> None:
    path = demo.path("documents", "symbol-patterns.json")
    for values in read_json(path) if path.exists() else ():
        if not SymbolPattern.objects.filter(body=values["body"], kind=values["kind"]).exists():
            services.add_pattern(actor=None, **values)


def _load_document(demo: DemoLoad, path: Path, written: dict[str, Any], actor: Any) -> None:
    created = demo.moment(written["created_at"])
    if "revises" in written:
        document = _revision(path, written, actor, created)
        services.change_masthead(document=document, expected=document.edit_version, actor=actor, **_masthead(written))
    else:
        document = services.create_document(actor=actor, now=created, **_masthead(written))
    for part in written.get("parts", ()):
        _load_part(path, document, part, written, actor)
    for language in written.get("issue", ()):
        services.issue_document(
            document=document, language=language, actor=actor, now=demo.moment(written["issued_at"])
        )
    if "released_at" in written:
        moment = demo.moment(written["released_at"])
        services.release_document(document=document, actor=actor, at=moment, now=moment)
    if "derestricted_at" in written:
        moment = demo.moment(written["derestricted_at"])
        note = written.get("derestriction_note", "")
        services.derestrict_document(document=document, actor=actor, note=note, now=moment)


def _masthead(written: dict[str, Any]) -> dict[str, Any]:
    values = {name: written[name] for name in services.MASTHEAD if name in written}
    for name in ("title", "subtitle", "session_line"):
        for language, text in written.get(name, {}).items():
            values[f"{name}_{language}"] = text
    return values


def _revision(path: Path, written: dict[str, Any], actor: Any, created: Any) -> Document:
    original = Document.objects.filter(symbol=written["revises"]).first()
    if original is None:
        raise DataFileError(path, None, f"there is no {written['revises']} to revise")
    document = services.create_revision(document=original, actor=actor, now=created)
    if document.symbol != written["symbol"]:
        raise DataFileError(path, None, f"the next revision is {document.symbol}, not {written['symbol']}")
    return document


def _load_part(path: Path, document: Document, part: dict[str, Any], written: dict[str, Any], actor: Any) -> None:
    short = {"keys": written.get("keys"), "notes": written.get("notes")}
    if part["kind"] == Part.Kind.MAIN:
        row = document.parts.get(kind=Part.Kind.MAIN)
    else:
        row = services.add_annex(
            document=document,
            actor=actor,
            titles=part.get("title"),
            key=part.get("key", ""),
            maker=part.get("maker", ""),
            subject=part.get("subject", ""),
        )
    texts = {
        language: [block for entry in data for block in _blocks(path, entry, language, short)]
        for language, data in part.get("texts", {}).items()
    }
    for language in part.get("languages", ()):
        before, after = (
            blocks_from_compact(part.get(place, {}).get(language, []), **short) for place in ("before", "after")
        )
        texts[language] = [*before, *_made(path, part, language), *after]
    for language, blocks in texts.items():
        content = with_ids({"type": "doc", "content": blocks})
        services.set_text(part=row, language=language, content=content, actor=actor)


def _blocks(path: Path, entry: Any, language: str, short: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the blocks for one entry of the data file; `{"from": key}` copies all paragraphs of an app's prose."""
    if not isinstance(entry, dict) or "from" not in entry:
        return blocks_from_compact([entry], **short)
    name, _colon, rest = entry["from"].partition(":")
    key = f"{(short['keys'] or {}).get(name, name)}:{rest}"
    try:
        return paragraphs_from(key, language)
    except NoSuchProse as missing:
        raise DataFileError(path, None, str(missing)) from missing


def _made(path: Path, part: dict[str, Any], language: str) -> list[dict[str, Any]]:
    makers = annex_makers()
    if part["maker"] not in makers:
        raise DataFileError(path, None, f"nothing makes annexes from {part['maker']}")
    return makers[part["maker"]].build(part["subject"], language)
