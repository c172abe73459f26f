"""Load the demonstration's ballots through the services, with their own dates.

The votes are invented and add up to the totals in the same files.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from foundation.refusals import Refused
from foundation.tables.datafiles import DataFileError, Row, read_csv, read_json
from foundation.tables.demodata import DemoLoad
from membership.models import Accreditation, Capacity, Person
from votes import services
from votes.models import Ballot, Result
from workshops.models import Theme, Topic

COLUMNS = {"at", "state", "answer"}


def load(demo: DemoLoad) -> None:
    path = demo.path("votes", "ballots.json")
    held = set(Ballot.objects.values_list("slug", flat=True))
    for entry in read_json(path):
        if entry["slug"] not in held:
            _load_ballot(demo, path, entry)
    _check_totals(demo)


def _load_ballot(demo: DemoLoad, path: Path, entry: dict[str, Any]) -> None:
    publisher = Person.objects.filter(email=entry["publisher"]).first()
    if publisher is None:
        raise DataFileError(path, None, f"nobody has the address {entry['publisher']}")
    set_at, opens_at, closes_at = (demo.moment(entry[name]) for name in ("set_at", "opens_at", "closes_at"))
    until = demo.moment(entry["proposals_until"]) if entry.get("proposals_until") else None
    try:
        ballot = services.create_ballot(
            actor=publisher,
            now=set_at,
            slug=entry["slug"],
            opens_at=opens_at,
            closes_at=closes_at,
            proposals_until=until,
            **_in_languages("question", entry["question"]),
            **_in_languages("text", entry["text"]),
            **entry["rules"],
        )
        for option in entry["options"]:
            services.save_option(
                ballot=ballot, actor=publisher, now=set_at, code=option["code"], **_source(path, option)
            )
        services.set_ballot(ballot=ballot, actor=publisher, now=set_at)
        ballot = services.ensure_opened(ballot=ballot, now=max(opens_at, set_at), notify=False)
        if entry.get("votes"):
            _cast(ballot, demo.path("votes", entry["votes"]))
        if entry.get("published_at"):
            published_at = demo.moment(entry["published_at"])
            services.ensure_closed(ballot=ballot, now=closes_at)
            services.publish_result(ballot=ballot, actor=publisher, now=published_at, notify=False)
        if entry.get("applied_at"):
            services.apply_result(ballot=ballot, actor=publisher, now=demo.moment(entry["applied_at"]))
    except Refused as refusal:
        raise DataFileError(path, None, f"{entry['slug']}: {refusal!s}") from refusal


def _in_languages(name: str, texts: dict[str, str]) -> dict[str, str]:
    return {f"{name}_{language}": text for language, text in texts.items()}


def _source(path: Path, option: dict[str, Any]) -> dict[str, Any]:
    model, name = (Theme, "theme") if "theme" in option else (Topic, "topic")
    row = model.objects.filter(year__year=option["year"], slug=option[name]).first()
    if row is None:
        raise DataFileError(path, None, f"IDM {option['year']} has no {name} {option[name]!r}")
    return {name: row}


def _cast(ballot: Ballot, path: Path) -> None:
    heads = Accreditation.objects.on(ballot.day).filter(capacity=Capacity.HEAD).select_related("entity", "person")
    by_state = {head.entity.code: head for head in heads}
    for row in read_csv(path, columns=COLUMNS, unique=("at", "state")):
        head = by_state.get(row["state"])
        if head is None:
            raise row.error(f"no State of the code {row['state']!r} has a head of delegation on that day")
        _cast_one(ballot, head, row)


def _cast_one(ballot: Ballot, head: Accreditation, row: Row) -> None:
    abstains = row["answer"] == "abstain"
    try:
        services.cast_vote(
            ballot=ballot,
            delegation=head,
            actor=head.person,
            choices=[] if abstains else row["answer"].split(),
            abstains=abstains,
            token=f"line-{row.line}",
            now=dt.datetime.fromisoformat(row["at"]),
            notify=False,
        )
    except (Refused, ValueError) as refusal:
        raise row.error(str(refusal)) from refusal


def _check_totals(demo: DemoLoad) -> None:
    path = demo.path("votes", "totals.json")
    for slug, published in read_json(path).items():
        content = Result.objects.get(ballot__slug=slug).content
        for name, total in published.items():
            demo.check_total(path, f"{slug}, {name}", content[name], total)
