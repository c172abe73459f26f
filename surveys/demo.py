"""Load the demonstration's surveys through the services, with their own dates.

The answers are invented and add up to the published totals in the same files.
"""

import datetime as dt
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

from foundation.refusals import Refused
from foundation.tables.datafiles import DataFileError, Row, read_csv, read_json
from foundation.tables.demodata import DemoLoad
from foundation.text import in_languages
from membership.models import Accreditation, Capacity
from surveys import services
from surveys.models import Answer, CommentTheme, Invitation, Survey, SurveyAudience
from surveys.percentages import whole_percent
from surveys.results import result_of
from workshops.models import Workshop

_WORDS = {"yes": "1", "no": "0"}


def load(demo: DemoLoad) -> None:
    path = demo.path("surveys", "surveys.json")
    held = set(Survey.objects.values_list("slug", flat=True))
    for entry in read_json(path):
        if entry["slug"] not in held:
            try:
                _load(demo, path, entry)
            except Refused as refusal:
                raise DataFileError(path, None, f"{entry['slug']}: {refusal!s}") from refusal
    _check_totals(demo)


def _load(demo: DemoLoad, path: Path, entry: dict[str, Any]) -> None:
    prepared = demo.moment(entry["prepared_at"])
    survey = services.create_survey(
        slug=entry["slug"],
        audience=entry["audience"],
        actor=None,
        workshop=_workshop(path, entry.get("workshop")),
        is_invented=True,
        values={
            **in_languages("title", entry["title"]),
            **in_languages("intro", entry["intro"]),
            "opens_at": demo.moment(entry["opens_at"]),
            "closes_at": demo.moment(entry["closes_at"]),
            "zone": entry["zone"],
        },
    )
    _questions(survey, read_json(demo.path("surveys", entry["questionnaire"])), prepared)
    services.set_survey(survey=survey, actor=None, now=prepared)
    survey.refresh_from_db()
    if "responses" in entry:
        _answered(demo, entry, survey)
    else:
        _sent(demo, entry, survey)


def _workshop(path: Path, permanent_id: str | None) -> Workshop | None:
    if permanent_id is None:
        return None
    workshop = Workshop.objects.by_permanent_ids([permanent_id]).select_related("year").first()
    if workshop is None:
        raise DataFileError(path, None, f"there is no workshop {permanent_id!r}")
    return workshop


def _questions(survey: Survey, content: dict[str, Any], now: dt.datetime) -> None:
    scale = content.get("scale")
    ends = {**in_languages("low_label", scale["low"]), **in_languages("high_label", scale["high"])} if scale else {}
    for part in content["sections"]:
        section = services.save_section(
            survey=survey,
            code=part["code"],
            actor=None,
            now=now,
            values={
                **in_languages("title", part["title"]),
                **in_languages("description", part.get("description", {})),
                **in_languages("unit", part.get("unit", {})),
                "in_score": part["in_score"],
            },
        )
        for asked in part["questions"]:
            services.save_question(
                section=section,
                code=asked["code"],
                actor=None,
                now=now,
                choices=[
                    {"code": choice["code"], **in_languages("label", choice["label"])}
                    for choice in asked.get("choices", ())
                ],
                values={
                    **in_languages("text", asked["text"]),
                    **in_languages("short", asked.get("short", {})),
                    **(ends if asked["kind"] == "scale" else {}),
                    "kind": asked["kind"],
                    "required": asked.get("required", False),
                    "in_score": asked.get("in_score", True),
                    "is_cut": asked.get("is_cut", False),
                },
            )


def _sent(demo: DemoLoad, entry: dict[str, Any], survey: Survey) -> None:
    """Invite the first participants who attended and have an address. The worker sends the emails."""
    attended = survey.workshop.participants.attended().exclude(email="").order_by("pk")[: entry["invite"]]
    services.invite(survey=survey, participants=list(attended), now=demo.now)
    services.send_invitations(survey=survey, actor=None, now=demo.now)


# --- Answers ----------------------------------------------------------------------------------------------------------


def _answered(demo: DemoLoad, entry: dict[str, Any], survey: Survey) -> None:
    path, answered_at = demo.path("surveys", entry["responses"]), demo.moment(entry["answered_at"])
    services.invite(survey=survey, now=survey.opens_at)
    codes = set(survey.questions.values_list("code", flat=True))
    comments, coded = _comments(demo, entry, codes)
    if survey.audience == SurveyAudience.PARTICIPANTS:
        columns = {"respondent"} | {code for code in codes if not code.endswith("-comments")}
        rows = list(read_csv(path, columns=columns, unique=("respondent",)))
        _from_links(survey, rows, comments, codes, answered_at)
    else:
        _from_states(survey, list(read_csv(path, columns={"state"} | codes, unique=("state",))), codes, answered_at)
    services.settle(survey=survey, now=survey.closes_at)
    if entry.get("themes"):
        _read(demo.path("surveys", entry["themes"]), survey, coded)
    if entry.get("outcomes"):
        _conclude(demo.path("surveys", entry["outcomes"]), survey)
    services.open_results(survey=survey, audience=entry["results_audience"], actor=None)


def _comments(
    demo: DemoLoad, entry: dict[str, Any], codes: set[str]
) -> tuple[dict[tuple[str, str], str], dict[str, tuple[Row, list[str]]]]:
    """Return comments by respondent and question, and themes by comment text."""
    comments: dict[tuple[str, str], str] = {}
    coded: dict[str, tuple[Row, list[str]]] = {}
    if not entry.get("comments"):
        return comments, coded
    path = demo.path("surveys", entry["comments"])
    columns = {"respondent", "question", "themes", "text"}
    for row in read_csv(path, columns=columns, unique=("respondent", "question")):
        if row["question"] not in codes:
            raise row.error(f"there is no question {row['question']!r}")
        if row["text"] in coded:
            raise row.error(f"the same words stand already in line {coded[row['text']][0].line}")
        comments[row["respondent"], row["question"]] = row["text"]
        coded[row["text"]] = (row, row["themes"].split())
    return comments, coded


def _from_links(
    survey: Survey, rows: list[Row], comments: dict[tuple[str, str], str], codes: set[str], now: dt.datetime
) -> None:
    """Submit each response through the invitation of a random participant."""
    invited = list(Invitation.objects.filter(survey=survey, participant__attendance="present"))
    if len(invited) < len(rows):
        raise rows[-1].error(f"{len(rows)} responses of {len(invited)} who attended")
    by_respondent: dict[str, dict[str, str]] = defaultdict(dict)
    for (respondent, code), text in comments.items():
        by_respondent[respondent][code] = text
    for row, invitation in zip(rows, random.SystemRandom().sample(invited, len(rows)), strict=True):
        invitation.survey = survey
        answers = {code: row.get(code, "") for code in codes} | by_respondent.pop(row["respondent"], {})
        try:
            services.submit_response(invitation=invitation, answers=answers, now=now)
        except Refused as refusal:
            raise row.error(str(refusal)) from refusal
    if by_respondent:
        raise rows[-1].error(f"comments of somebody who did not respond: {', '.join(sorted(by_respondent))}")


def _from_states(survey: Survey, rows: list[Row], codes: set[str], now: dt.datetime) -> None:
    heads = Accreditation.objects.on(now.date()).filter(capacity=Capacity.HEAD).select_related("entity", "person")
    by_state = {head.entity.code: head for head in heads}
    for row in rows:
        head = by_state.get(row["state"])
        if head is None:
            raise row.error(f"no State of the code {row['state']!r} has a head of delegation on that day")
        answers = {code: _WORDS.get(row[code], row[code]) for code in codes}
        try:
            services.submit_for_entity(survey=survey, delegation=head, answers=answers, now=now)
        except Refused as refusal:
            raise row.error(str(refusal)) from refusal


# --- Readings ---------------------------------------------------------------------------------------------------------


def _read(path: Path, survey: Survey, coded: dict[str, tuple[Row, list[str]]]) -> None:
    """Save themes, code comments to them, then set the quantity words that the counts justify."""
    entries = read_json(path)
    sections = {section.code: section for section in survey.sections.all()}
    questions = {question.code: question for question in survey.questions.all()}
    themes: dict[str, CommentTheme] = {}
    for entry in entries:
        section = sections[entry["section"]]
        section.survey = survey
        question = questions[entry["question"]] if entry.get("question") else None
        values = in_languages("statement", entry["statement"])
        themes[entry["code"]] = services.save_theme(
            section=section, code=entry["code"], question=question, actor=None, values=values
        )
    answers = Answer.objects.filter(question__survey=survey).exclude(text="").select_related("question")
    for answer in answers:
        row, names = coded[answer.text]
        unknown = [name for name in names if name not in themes]
        if unknown:
            raise row.error(f"there is no theme {unknown[0]!r}")
        services.code_comment(survey=survey, answer=answer, themes=[themes[name] for name in names], actor=None)
    for entry in entries:
        if entry.get("word"):
            theme = themes[entry["code"]]
            try:
                services.save_theme(
                    section=theme.section,
                    theme=theme,
                    expected=theme.edit_version,
                    question=theme.question,
                    actor=None,
                    values={"word": entry["word"]},
                )
            except Refused as refusal:
                raise DataFileError(path, None, f"{entry['code']}: {refusal!s}") from refusal


def _conclude(path: Path, survey: Survey) -> None:
    questions = {question.code: question for question in survey.questions.all()}
    for entry in read_json(path):
        services.save_outcome(
            survey=survey,
            question=questions[entry["question"]],
            actor=None,
            values=in_languages("statement", entry["statement"]),
        )


# --- Totals -----------------------------------------------------------------------------------------------------------


def _check_totals(demo: DemoLoad) -> None:
    path = demo.path("surveys", "totals.json")
    lines = path.read_text(encoding="utf-8").splitlines()
    for slug, published in read_json(path).items():
        line = next((number for number, text in enumerate(lines, start=1) if f'"{slug}"' in text), None)
        result = result_of(Survey.objects.select_related("workshop").get(slug=slug))
        counted: dict[str, Any] = {
            "attendance": result.attendance,
            "responses": result.responses,
            "response_rate": [result.responses, result.asked],
            "outcomes": len(result.outcomes),
            "scores": {
                section.section.code: whole_percent(section.score)
                for section in result.sections
                if section.score is not None
            },
            "answered": {
                code: [result.questions[code].positive, result.questions[code].n] for code in published["answered"]
            },
        }
        for name, total in published.items():
            demo.check_total(path, f"{slug}, {name}", counted[name], total, line)
