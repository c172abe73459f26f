"""Figures of one survey by name, for documents and for placeholders in statements."""

from typing import Any

from django.utils.translation import gettext as _

from foundation.time.formats import zone_of
from surveys.results import QuestionResult, SurveyResult
from texts.registry import Figure

# Available before the close. All other figures are "not yet" until the survey is processed.
BEFORE_THE_CLOSE = {"attendance", "invited", "opened", "closed"}


def figure_of(result: SurveyResult, name: str) -> Figure | None:
    """Return the figure of this name, or None."""
    kind, label = _kind_and_label(result, name)
    if kind is None:
        return None
    source = _source(result)
    known = name in BEFORE_THE_CLOSE or result.status == "ok" or (name == "responses" and result.status != "not-yet")
    if not known:
        return Figure(kind, None, label, source=source, source_url=_address(result), status=result.status)
    value, n, total = _value(result, name)
    if value is None:
        return None
    return Figure(kind, value, label, n=n, total=total, source=source, source_url=_address(result))


def names_of(result: SurveyResult) -> list[str]:
    """Return the names of all figures, in the order of the questionnaire."""
    names = ["attendance", "invited", "responses", "response_rate", "outcomes", "opened", "closed"]
    for section in result.sections:
        names.append(f"score.{section.section.code}")
        for found in section.questions:
            names += [f"share.{found.question.code}", f"all.{found.question.code}"]
        names += [f"theme.{found.theme.code}" for found in section.themes]
    return [name for name in names if figure_of(result, name) is not None]


def _kind_and_label(result: SurveyResult, name: str) -> tuple[Any, str]:
    plain = {
        "attendance": ("count", _("Participants who attended")),
        "invited": ("count", _("Invited to answer")),
        "responses": ("count", _("Responses")),
        "response_rate": ("ratio", _("Response rate")),
        "outcomes": ("count", _("Outcomes")),
        "opened": ("date", _("First day")),
        "closed": ("date", _("Last day")),
    }
    if name in plain:
        return plain[name]
    family, _dot, code = name.partition(".")
    shown = _labels(result).get((family, code))
    kinds = {
        "score": ("score", _("Score: %(of)s")),
        "share": ("share", _("Positive answers: %(of)s")),
        "all": ("majority", _("Positive answers as a share of all answers: %(of)s")),
        "theme": ("count", _("Comments: %(of)s")),
    }
    if family not in kinds or (result.status == "ok" and shown is None):
        return None, ""
    kind, pattern = kinds[family]
    return kind, pattern % {"of": shown or code}


def _labels(result: SurveyResult) -> dict[tuple[str, str], str]:
    labels = {("score", found.section.code): found.section.title for found in result.sections}
    for code, question in result.questions.items():
        labels["share", code] = labels["all", code] = question.question.label
    labels |= {("theme", code): found.theme.code for code, found in result.themes.items()}
    return labels


def _value(result: SurveyResult, name: str) -> tuple[Any, int | None, int | None]:
    """Return (value, n, total)."""
    if name == "attendance":
        return result.attendance, None, None
    if name == "invited":
        return result.invited, None, None
    if name == "responses":
        return result.responses, None, None
    if name == "outcomes":
        return len(result.outcomes), None, None
    if name in {"opened", "closed"}:
        moment = result.survey.opens_at if name == "opened" else result.survey.closes_at
        return moment.astimezone(zone_of(result.survey.zone)).date().isoformat(), None, None
    if name == "response_rate":
        rate = [result.responses, result.asked] if result.asked else None
        return rate, result.responses, result.asked
    family, _dot, code = name.partition(".")
    if family == "score":
        score = next((found.score for found in result.sections if found.section.code == code), None)
        return score, None, None
    if family == "theme":
        theme = result.themes[code]
        return theme.count, theme.count, theme.total
    return _of_question(result.questions[code], family)


def _of_question(found: QuestionResult, family: str) -> tuple[Any, int | None, int | None]:
    if found.share is None:
        return None, None, None
    value = found.share if family == "share" else [found.positive, found.n]
    return value, found.positive, found.n


def _source(result: SurveyResult) -> str:
    if result.survey.is_invented:
        return _("%(survey)s (answers invented for the demonstration)") % {"survey": result.survey.title}
    return result.survey.title


def _address(result: SurveyResult) -> str:
    return f"{result.survey.get_absolute_url()}results/"
