from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from foundation.editing import save_versioned
from foundation.editing.history import recorded
from foundation.refusals import Refused
from membership.models import Person
from surveys.models import Answer, Coding, CommentTheme, Outcome, Question, QuestionKind, Section, Survey
from surveys.quantity_words import justified_words
from surveys.services.preparation import allowed, next_position
from surveys.services.rows import bump, locked
from surveys.theme_statements import faults


@transaction.atomic
def save_theme(
    *,
    section: Section,
    actor: Person | None,
    values: Mapping[str, Any],
    theme: CommentTheme | None = None,
    expected: int | None = None,
    code: str = "",
    question: Question | None = None,
) -> CommentTheme:
    """Save a theme. Its quantity word must be justified by its coded comments, so a new theme has none."""
    survey = locked(section.survey)
    if question is not None and question.survey_id != survey.pk:
        raise Refused(_("Choose a question from this survey."))
    chosen = allowed(values, ("statement", "word")) | {"question": question}
    wrong = sorted(
        {
            fault
            for name, text in chosen.items()
            if name.startswith("statement_") and text
            for fault in faults(text, has_question=question is not None)
        }
    )
    if wrong:
        raise Refused(
            _("Remove these placeholders, which cannot be used here: %(which)s") % {"which": ", ".join(wrong)}
        )
    word = chosen.get("word", "")
    if word and word not in justified_words(*_counts(theme, section)):
        raise Refused(
            _("This word does not match the number of coded comments. Choose another word or leave it blank.")
        )
    with recorded(actor):
        if theme is None:
            if survey.themes.filter(code=code).exists():
                raise Refused(_("Another theme of this survey already has this short name. Enter a different one."))
            theme = CommentTheme.objects.create(
                survey=survey, section=section, code=code, position=next_position(section.themes), **chosen
            )
        else:
            save_versioned(theme, expected=expected or 0, **chosen)
    bump(survey)
    return theme


def _counts(theme: CommentTheme | None, section: Section) -> tuple[int, int]:
    """Return the number of comments coded to the theme and in the section."""
    comments = Answer.objects.filter(question__section=section, question__kind=QuestionKind.TEXT).count()
    return (theme.codings.count() if theme else 0), comments


@transaction.atomic
def code_comment(
    *,
    survey: Survey,
    answer: Answer,
    themes: Collection[CommentTheme],
    actor: Person | None,
    shown: Collection[int] | None = None,
) -> None:
    """Replace the themes of a comment.

    `shown` are the ids of the themes on the coder's page. Only what the coder changed is then written, so that two
    coders of one comment do not undo each other's work. Quantity words that the new counts no longer justify are
    removed.
    """
    survey = locked(survey)
    if not survey.is_settled:
        raise Refused(_("You can read comments only after the survey has closed."))
    if answer.question.survey_id != survey.pk or answer.question.kind != QuestionKind.TEXT:
        raise Refused(_("This comment does not belong to this survey."))
    if any(theme.survey_id != survey.pk for theme in themes):
        raise Refused(_("Choose only themes from this survey."))
    wanted = {theme.pk for theme in themes}
    held = set(answer.codings.values_list("theme_id", flat=True))
    if shown is not None:
        wanted = (held | (wanted - set(shown))) - (set(shown) - wanted)
    answer.codings.filter(theme_id__in=held - wanted).delete()
    Coding.objects.bulk_create([Coding(answer=answer, theme_id=pk) for pk in sorted(wanted - held)])
    with recorded(actor):
        _drop_words_no_longer_borne(survey, held ^ wanted)
    bump(survey)


def _drop_words_no_longer_borne(survey: Survey, theme_ids: Collection[int]) -> None:
    worded = survey.themes.filter(pk__in=theme_ids).exclude(word="").annotate(coded=Count("codings"))
    totals = dict(
        Answer.objects.filter(question__survey=survey, question__kind=QuestionKind.TEXT)
        .values_list("question__section_id")
        .annotate(number=Count("pk"))
    )
    for theme in worded:
        if theme.word not in justified_words(theme.coded, totals.get(theme.section_id, 0)):
            save_versioned(theme, expected=theme.edit_version, word="")


@transaction.atomic
def delete_theme(*, theme: CommentTheme, expected: int, actor: Person | None = None) -> None:
    with recorded(actor):
        save_versioned(theme, expected=expected)
        theme.delete()
    bump(theme.survey)


@transaction.atomic
def save_outcome(
    *,
    survey: Survey,
    actor: Person | None,
    values: Mapping[str, Any],
    outcome: Outcome | None = None,
    expected: int | None = None,
    question: Question | None = None,
    theme: CommentTheme | None = None,
) -> Outcome:
    """Save an outcome, based on a question, on a theme, or on neither."""
    survey = locked(survey)
    if not survey.is_settled:
        raise Refused(_("You can write outcomes only after the survey has closed."))
    if question is not None and theme is not None:
        raise Refused(_("Choose either a question or a theme, not both."))
    if any(row is not None and row.survey_id != survey.pk for row in (question, theme)):
        raise Refused(_("Choose a question or theme from this survey."))
    chosen = allowed(values, ("statement",)) | {"question": question, "theme": theme}
    with recorded(actor):
        if outcome is None:
            outcome = Outcome.objects.create(survey=survey, position=next_position(survey.outcomes), **chosen)
        else:
            save_versioned(outcome, expected=expected or 0, **chosen)
    bump(survey)
    return outcome


@transaction.atomic
def delete_outcome(*, outcome: Outcome, expected: int, actor: Person | None = None) -> None:
    with recorded(actor):
        save_versioned(outcome, expected=expected)
        outcome.delete()
    bump(outcome.survey)
