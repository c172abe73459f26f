"""Selected comments and the summary of a dialogue."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dialogue.excerpts import Ranges, check_ranges, ranges_of
from dialogue.models import Contribution, ContributionState, Dialogue, DialogueTopic, SelectedComment, SummaryParagraph
from dialogue.permissions import EDITORS, acted_by
from dialogue.services.rows import bump, close_ranks, locked, put_in_order
from foundation.editing import lock_unchanged
from foundation.editing.checked import save_checked
from foundation.editing.locking import save_versioned
from foundation.refusals import Refused, check_row
from foundation.text import LANGUAGES, in_languages

PARAGRAPH_COLUMNS = tuple(f"text_{language}" for language in LANGUAGES)

Texts = str | Mapping[str, str]


# --- Selected comments ------------------------------------------------------------------------------------------------


def select_comment(*, contribution: Contribution, ranges: Ranges | None = None, actor: Any = None) -> SelectedComment:
    """Select a contribution as the last comment of its question. It must be approved and quotable."""
    with acted_by(actor, EDITORS):
        dialogue = locked(contribution.topic.dialogue_id)
        held = Contribution.objects.select_related("topic").get(pk=contribution.pk)
        if held.state != ContributionState.APPROVED:
            raise Refused(_("You can quote only approved contributions."))
        if not held.may_quote:
            raise Refused(_("The author has not agreed to be quoted."))
        if SelectedComment.objects.filter(contribution=held).exists():
            raise Refused(_("This contribution has already been selected."))
        check_ranges(held.text, ranges or [])
        last = SelectedComment.objects.filter(contribution__topic=held.topic).count()
        selected = SelectedComment.objects.create(contribution=held, position=last + 1, ranges=ranges or [])
        bump(dialogue)
    return selected


def shorten_comment(*, selected: SelectedComment, excerpt: str, expected: int, actor: Any = None) -> None:
    """Shorten a selected comment to the excerpt (see `dialogue.excerpts`)."""
    with acted_by(actor, EDITORS):
        dialogue = locked(selected.contribution.topic.dialogue_id)
        ranges = ranges_of(selected.contribution.text, excerpt)
        save_versioned(selected, expected=expected, ranges=ranges)
        bump(dialogue)


def deselect_comment(*, selected: SelectedComment, expected: int, actor: Any = None) -> None:
    with acted_by(actor, EDITORS):
        topic = selected.contribution.topic
        dialogue = locked(topic.dialogue_id)
        lock_unchanged(selected, expected).delete()
        close_ranks(SelectedComment.objects.filter(contribution__topic=topic).order_by("position", "pk"))
        bump(dialogue)


def order_comments(*, topic: DialogueTopic, ids: Sequence[int], expected: int, actor: Any = None) -> None:
    with acted_by(actor, EDITORS):
        dialogue = locked(topic.dialogue_id)
        rows = SelectedComment.objects.filter(contribution__topic=topic).order_by("position", "pk")
        put_in_order(list(rows), ids, expected=expected)
        bump(dialogue)


# --- The summary ------------------------------------------------------------------------------------------------------


def add_paragraph(
    *, dialogue: Dialogue, text: Texts, contributions: Iterable[Contribution] = (), actor: Any = None
) -> SummaryParagraph:
    with acted_by(actor, EDITORS):
        held = locked(dialogue.pk)
        texts = in_languages("text", text)
        _refuse_empty(texts)
        paragraph = SummaryParagraph(dialogue=held, position=held.summary.count() + 1, **texts)
        check_row(paragraph)
        paragraph.save()
        paragraph.contributions.set(_of_this(held, contributions))
        bump(held)
    return paragraph


def edit_paragraph(
    *,
    paragraph: SummaryParagraph,
    expected: int,
    contributions: Iterable[Contribution] | None = None,
    actor: Any = None,
    **values: Any,
) -> None:
    with acted_by(actor, EDITORS):
        held = locked(paragraph.dialogue_id)
        _refuse_empty({"text_en": paragraph.text_en} | values)
        save_checked(paragraph, expected=expected, allowed=PARAGRAPH_COLUMNS, **values)
        if contributions is not None:
            paragraph.contributions.set(_of_this(held, contributions))
        bump(held)


def _refuse_empty(texts: Mapping[str, str | None]) -> None:
    if not (texts.get("text_en") or "").strip():
        raise Refused(text_en=_("Enter the text of the paragraph."))


def _of_this(dialogue: Dialogue, contributions: Iterable[Contribution]) -> list[Contribution]:
    """Check that these are approved contributions to this dialogue, which readers can see."""
    wanted = {contribution.pk for contribution in contributions}
    found = list(Contribution.objects.approved().filter(topic__dialogue=dialogue, pk__in=wanted))
    if len(found) != len(wanted):
        raise Refused(contributions=_("Choose only approved contributions to this dialogue."))
    return found


def remove_paragraph(*, paragraph: SummaryParagraph, expected: int, actor: Any = None) -> None:
    with acted_by(actor, EDITORS):
        held = locked(paragraph.dialogue_id)
        lock_unchanged(paragraph, expected).delete()
        close_ranks(held.summary.order_by("position"))
        bump(held)


def order_paragraphs(*, dialogue: Dialogue, ids: Sequence[int], expected: int, actor: Any = None) -> None:
    with acted_by(actor, EDITORS):
        held = locked(dialogue.pk)
        put_in_order(list(held.summary.order_by("position")), ids, expected=expected)
        bump(held)
