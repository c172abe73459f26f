"""Figures of a Virtual Dialogue that documents can cite: `dialogue.dialogue:<slug>:<name>`."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from dialogue.models import Contribution, ContributionState, Dialogue, DialogueTopic, VisitQualifier, VisitReport
from dialogue.permissions import sees_drafts
from dialogue.visits import VISITS_MEAN, counted_visits
from foundation.text import LANGUAGES
from foundation.text.in_language import TextInLanguage
from texts.registry import Exhibit, Figure, exhibit_provider, figure_provider, figure_subjects

SUBJECT = "dialogue.dialogue"
NAMES = {
    "title": gettext_lazy("title"),
    "topics": gettext_lazy("questions discussed"),
    "visits": gettext_lazy("visits"),
    "dates": gettext_lazy("first and last day"),
    "contributions": gettext_lazy("contributions published"),
    "partner": gettext_lazy("partner"),
}
EXHIBITS = {"topics": gettext_lazy("The questions, with the contributions to each")}


def names_of(slugs: list[str]) -> dict[str, dict[str, Any]]:
    """Return the questions of each dialogue."""
    listed: dict[str, dict[str, Any]] = {}
    for slug, position in DialogueTopic.objects.filter(dialogue__slug__in=slugs).values_list(
        "dialogue__slug", "position"
    ):
        listed.setdefault(slug, {})[f"topic.{position}"] = _("question %(number)s") % {"number": position}
    return listed


@figure_provider(SUBJECT, names=NAMES, names_of=names_of)
def provide(asked: Mapping[str, set[str]]) -> dict[tuple[str, str], Figure]:
    """Return the figures with two queries, or three if this portal counted the visits."""
    names = set().union(*asked.values())
    rows = list(_with_reports(Dialogue.objects.filter(slug__in=asked)).prefetch_related("topics"))
    counted = counted_visits(row.pk for row in rows if row.is_own) if "visits" in names else {}
    answers: dict[tuple[str, str], Figure] = {}
    for row in rows:
        figures = _figures(row, counted.get(row.pk))
        answers |= {(row.slug, name): figures[name] for name in asked[row.slug] if name in figures}
    return answers


def _with_reports(rows: Any) -> Any:
    """Annotate the latest report of visits and the number of approved contributions."""
    reports = VisitReport.objects.filter(dialogue=OuterRef("pk")).order_by("-reported_on", "-pk")
    approved = Contribution.objects.filter(topic__dialogue=OuterRef("pk"), state=ContributionState.APPROVED)
    number = approved.order_by().values("topic__dialogue").annotate(n=Count("pk")).values("n")
    return rows.annotate(
        visits_reported=Subquery(reports.values("count")[:1]),
        visits_qualifier=Subquery(reports.values("qualifier")[:1]),
        visits_source=Subquery(reports.values("source")[:1]),
        approved_contributions=Subquery(number),
    )


def texts(row: Any, field: str) -> dict[str, str]:
    """Return a translated field in every language that has it."""
    held = {language: getattr(row, f"{field}_{language}", "") or "" for language in LANGUAGES}
    return {language: text for language, text in held.items() if text}


def _figures(row: Dialogue, counted: int | None) -> dict[str, Figure]:
    source = {"source": row.title, "source_url": row.get_absolute_url()}

    def figure(kind: Any, name: str, value: Any) -> Figure:
        return Figure(kind, value, NAMES[name], **source)

    topics = list(row.topics.all())
    figures = {
        "title": figure("text", "title", texts(row, "title")),
        "topics": figure("count", "topics", len(topics)),
        "dates": figure("dates", "dates", [row.opens_on.isoformat(), row.closes_on.isoformat()]),
        "contributions": figure("count", "contributions", row.approved_contributions or 0),
        "visits": _visits(row, counted, source),
    }
    if row.partner:
        figures["partner"] = figure("text", "partner", dict.fromkeys(LANGUAGES, row.partner))
    for topic in topics:
        label = _("question %(number)s") % {"number": topic.position}
        figures[f"topic.{topic.position}"] = Figure("text", texts(topic, "question"), label, **source)
    return figures


def _visits(row: Any, counted: int | None, source: dict[str, Any]) -> Figure:
    """Return the reported visits, or else this portal's count, with source and definition."""
    label, url = NAMES["visits"], source["source_url"]
    if row.visits_reported is not None:
        reported_by = TextInLanguage(row.visits_source, "en")
        more = "more-than" if row.visits_qualifier == VisitQualifier.MORE_THAN else ""
        return Figure("count", row.visits_reported, label, source=reported_by, source_url=url, qualified=more)
    if counted is not None:
        return Figure("count", counted, label, source=VISITS_MEAN, source_url=url)
    return Figure("count", None, label, status="not-yet", **source)


@figure_subjects(SUBJECT)
def subjects(person: Any) -> list[tuple[str, str]]:
    return [(row.slug, row.title) for row in Dialogue.objects.visible_to(sees_drafts(person))]


# --- Exhibits ---------------------------------------------------------------------------------------------------------


@exhibit_provider(SUBJECT, names=EXHIBITS)
def exhibit(permanent_id: str, name: str, language: str) -> Exhibit | None:
    row = Dialogue.objects.filter(slug=permanent_id).first()
    if row is None or name not in EXHIBITS:
        return None
    with override(language):
        return _topics(row)


def _topics(row: Dialogue) -> Exhibit:
    approved = Contribution.objects.filter(topic=OuterRef("pk"), state=ContributionState.APPROVED)
    number = approved.order_by().values("topic").annotate(n=Count("pk")).values("n")
    topics = list(row.topics.annotate(answers=Subquery(number)))
    title = _("Questions of the dialogue “%(dialogue)s”") % {"dialogue": row.title}
    if not topics:
        return Exhibit("", [], [], title, "", row.title, status="not-yet")
    return Exhibit(
        svg="",
        table_header=[_("No."), _("Question"), _("Contributions")],
        table_rows=[[str(topic.position), topic.question, str(topic.answers or 0)] for topic in topics],
        title=title,
        alternative=_("Questions in order, with the number of published contributions to each."),
        source=row.title,
    )
