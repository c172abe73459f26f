"""Load the demonstration's meetings through this app's services. `link` runs after the documents are loaded."""

import datetime as dt
from pathlib import Path
from typing import Any

from council import services
from council.models import AgendaItem, Meeting
from council.services.meetings import slug_for
from documents.models import Document
from foundation.refusals import Refused
from foundation.tables.datafiles import DataFileError, read_json
from foundation.tables.demodata import DemoLoad
from foundation.time.clock import database_now
from membership.models import Person
from schedule.demodata import load_programme
from schedule.models import Slot

_PLAIN = ("kind", "duration", "is_highlight", "is_internal")


def load(demo: DemoLoad) -> None:
    """Load meetings. Existing meetings are not changed."""
    path = _file(demo)
    for entry in read_json(path)["meetings"]:
        if not _is_there(entry):
            _meeting(demo, path, entry)


def link(demo: DemoLoad) -> None:
    """Attach documents to meetings. Documents are loaded last because they cite figures of the other apps."""
    path = _file(demo)
    for entry in read_json(path)["meetings"]:
        for paper in entry["papers"]:
            meeting = Meeting.objects.get(slug=_slug(entry))
            document = Document.objects.filter(symbol=paper["symbol"]).first()
            if document is None:
                raise _error(path, paper["symbol"], f"there is no document {paper['symbol']}")
            item = meeting.items.get(code=paper["item"]) if "item" in paper else None
            if not meeting.papers.filter(document=document, item=item).exists():
                services.attach_paper(meeting=meeting, document=document, item=item)


def _file(demo: DemoLoad) -> Path:
    return demo.path("council", "meetings.json")


def _slug(entry: dict[str, Any]) -> str:
    return slug_for(entry["kind"], entry.get("number"), dt.date.fromisoformat(entry["begins_on"]))


def _is_there(entry: dict[str, Any]) -> bool:
    if "in_days" in entry:
        # Its dates and address depend on the day of the first load, so it is recognised by its title.
        return Meeting.objects.filter(kind=entry["kind"], title_en=entry["title"]["en"]).exists()
    return Meeting.objects.filter(slug=_slug(entry)).exists()


def _days(demo: DemoLoad, entry: dict[str, Any]) -> tuple[dt.date, dt.date]:
    if "in_days" in entry:
        day = demo.now.date() + dt.timedelta(days=entry["in_days"])
        return day, day
    return dt.date.fromisoformat(entry["begins_on"]), dt.date.fromisoformat(entry["ends_on"])


def _meeting(demo: DemoLoad, path: Path, entry: dict[str, Any]) -> None:
    begins_on, ends_on = _days(demo, entry)
    meeting = services.create_meeting(
        kind=entry["kind"],
        number=entry.get("number"),
        title=entry["title"],
        description=entry["description"],
        begins_on=begins_on,
        ends_on=ends_on,
        zone=entry["zone"],
        place=entry["place"],
        has_high_level_segment=entry.get("has_high_level_segment", False),
    )
    if "programme" in entry:
        load_programme(demo, meeting.occasion, entry["programme"])
    slots = {slot.code: slot for slot in meeting.occasion.slots.all()}
    for item in entry["items"]:
        _item(demo, path, meeting, slots, item, None)
    _take_off(meeting, entry["items"])
    for decision in entry["decisions"]:
        _decision(path, meeting, decision)
    _check(demo, path, meeting, entry)


def _item(
    demo: DemoLoad,
    path: Path,
    meeting: Meeting,
    slots: dict[str, Slot],
    entry: dict[str, Any],
    parent: AgendaItem | None,
) -> None:
    code = entry["code"]
    if "slot" in entry and entry["slot"] not in slots:
        raise _error(path, code, f"{code}: there is no slot {entry['slot']}")
    window = entry.get("inscription")
    moments = {f"inscription_{name}_at": demo.moment(window[name]) for name in ("opens", "closes")} if window else {}
    try:
        item = services.add_item(
            meeting=meeting,
            parent=parent,
            code=code,
            title=entry["title"],
            description=entry.get("description", ""),
            day=dt.date.fromisoformat(entry["day"]) if "day" in entry else None,
            slot=slots.get(entry.get("slot")),
            **{name: entry[name] for name in _PLAIN if name in entry},
            **moments,
        )
    except Refused as refusal:
        raise _error(path, code, f"{code}: {refusal}") from refusal
    for place, speaker in enumerate(entry.get("speakers", ())):
        _inscribe(path, item, speaker, moments["inscription_opens_at"] + dt.timedelta(minutes=place))
    for below in entry.get("items", ()):
        _item(demo, path, meeting, slots, below, item)


def _inscribe(path: Path, item: AgendaItem, entry: dict[str, Any], moment: dt.datetime) -> None:
    account = entry["account"]
    person = Person.objects.filter(email=account).first()
    delegations = person.rights_on(database_now().date()).delegations if person else ()
    if not delegations:
        raise _error(path, account, f"{account} acts for no delegation")
    services.inscribe(item=item, delegation=delegations[0], actor=person, speaker=entry.get("speaker", ""), now=moment)


def _take_off(meeting: Meeting, entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        if "taken_off" in entry:
            item = meeting.items.get(code=entry["code"])
            version = Meeting.objects.values_list("order_version", flat=True).get(pk=meeting.pk)
            services.remove_item(
                item=item, expected=item.edit_version, expected_order=version, reason=entry["taken_off"]
            )
        _take_off(meeting, entry.get("items", []))


def _decision(path: Path, meeting: Meeting, entry: dict[str, Any]) -> None:
    item = meeting.items.filter(code=entry["item"]).first()
    if item is None:
        raise _error(path, entry["code"], f"{entry['code']}: there is no item {entry['item']}")
    services.record_decision(
        meeting=meeting,
        item=item,
        code=entry["code"],
        text=entry["text"],
        state=entry["state"],
        decided_on=dt.date.fromisoformat(entry["decided_on"]),
    )


def _check(demo: DemoLoad, path: Path, meeting: Meeting, entry: dict[str, Any]) -> None:
    for what, published in entry["totals"].items():
        if what == "highlights":
            counted = meeting.items.shown_to_all().filter(is_highlight=True).count()
        else:
            counted = meeting.decisions.filter(state=what).count()
        demo.check_total(path, f"{meeting.slug}, {what}", counted, published)


def _error(path: Path, word: str, what: str) -> DataFileError:
    """Return the error with the number of the first line that contains that word."""
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next((number for number, text in enumerate(lines, start=1) if f'"{word}"' in text), None)
    return DataFileError(path, line, what)
