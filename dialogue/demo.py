"""Load the demonstration's Virtual Dialogue through the services of this app and check its totals."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.db.models import Count, Q

from dialogue import services
from dialogue.figures import provide
from dialogue.imports import rows_of
from dialogue.models import Contribution, ContributionState, Dialogue
from foundation.refusals import Refused
from foundation.tables.datafiles import DataFileError, read_json
from foundation.tables.demodata import DemoLoad
from workshops.models import Workshop

_COLUMNS = ("slug", "title", "introduction", "platform", "partner", "platform_url", "zone")


def load(demo: DemoLoad) -> None:
    path = demo.path("dialogue", "dialogues.json")
    for entry in read_json(path)["dialogues"]:
        if Dialogue.objects.filter(slug=entry["slug"]).exists():
            continue
        try:
            dialogue = _dialogue(demo, entry)
        except Refused as refusal:
            raise DataFileError(path, None, str(refusal)) from refusal
        _check(demo, dialogue)


def _dialogue(demo: DemoLoad, entry: dict[str, Any]) -> Dialogue:
    dialogue = services.create_dialogue(
        workshop=Workshop.objects.by_permanent_ids([entry["workshop"]]).select_related("year").get()
        if "workshop" in entry
        else None,
        opens_on=demo.moment(entry["opens_on"]).date(),
        closes_on=demo.moment(entry["closes_on"]).date(),
        is_illustrative=True,
        **{name: entry[name] for name in _COLUMNS},
    )
    for question in entry["questions"]:
        services.add_topic(dialogue=dialogue, question=question)
    services.publish_dialogue(dialogue=dialogue, expected=dialogue.edit_version)
    if "concluded_at" in entry:
        _outcome(demo, dialogue, entry)
    return dialogue


def _outcome(demo: DemoLoad, dialogue: Dialogue, entry: dict[str, Any]) -> None:
    """Load a finished dialogue's visits, contributions, selection, summary and conclusion."""
    for report in entry["visits"]:
        day = dt.date.fromisoformat(report["reported_on"])
        services.report_visits(dialogue=dialogue, **(report | {"reported_on": day}))
    _contributions(demo, dialogue, entry["contributions"])
    written = _written(dialogue)
    for selected in entry["selected"]:
        _select(written[selected["topic"], selected["code"]], selected["leaves_out"])
    for paragraph in entry["summary"]:
        behind = [written[topic, code] for topic, code in paragraph["rests_on"]]
        services.add_paragraph(dialogue=dialogue, text=paragraph["text"], contributions=behind)
    dialogue.refresh_from_db()
    services.conclude(
        dialogue=dialogue,
        conclusion=entry["conclusion"],
        expected=dialogue.edit_version,
        now=demo.moment(entry["concluded_at"]),
    )


def _contributions(demo: DemoLoad, dialogue: Dialogue, entry: dict[str, Any]) -> None:
    services.import_contributions(
        dialogue=dialogue,
        rows=rows_of(dialogue, demo.path("dialogue", entry["file"]), entry["source"]),
        source=entry["source"],
        is_invented=True,
        now=demo.moment(entry["imported_at"]),
    )


def _written(dialogue: Dialogue) -> dict[tuple[int, str], Contribution]:
    rows = Contribution.objects.filter(topic__dialogue=dialogue).select_related("topic")
    return {(row.topic.position, row.code): row for row in rows}


def _select(contribution: Contribution, leaves_out: list[str]) -> None:
    selected = services.select_comment(contribution=contribution)
    excerpt = contribution.text
    for passage in leaves_out:
        if passage not in excerpt:
            raise Refused(f"{contribution.code} does not say {passage!r}")
        excerpt = excerpt.replace(passage, "[…]", 1)
    if leaves_out:
        services.shorten_comment(selected=selected, excerpt=excerpt, expected=selected.edit_version)


# --- Published totals -------------------------------------------------------------------------------------------------


def _check(demo: DemoLoad, dialogue: Dialogue) -> None:
    """Compare every published total of the dialogue with the rows."""
    path = demo.path("dialogue", "totals.json")
    counted = _counted(dialogue)
    for name, published in read_json(path).get(dialogue.slug, {}).items():
        demo.check_total(path, f"{dialogue.slug}, {name}", counted.get(name), published, _line_of(path, f'"{name}"'))


def _counted(dialogue: Dialogue) -> dict[str, Any]:
    names = {"topics", "visits", "dates", "contributions"}
    figures = {name: figure for (_slug, name), figure in provide({dialogue.slug: names}).items()}
    approved = Q(contributions__state=ContributionState.APPROVED)
    topics = dialogue.topics.order_by("position")
    answers = topics.annotate(number=Count("contributions", approved)).values_list("number", flat=True)
    selected = topics.annotate(number=Count("contributions__selection")).values_list("number", flat=True)
    visits = figures["visits"]
    return {
        "topics": figures["topics"].value,
        "visits": f"{'more than ' if visits.qualified else ''}{visits.value}",
        "dates": figures["dates"].value,
        "contributions": figures["contributions"].value,
        "contributions to each question": list(answers),
        "selected comments, by question": list(selected),
        "paragraphs of the summary": dialogue.summary.count(),
    }


def _line_of(path: Path, words: str) -> int | None:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if words in line), None)
