import datetime as dt
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from council.models import Meeting
from foundation.constraints import NOT_SAVED, Check, Unique, set_unique_messages
from foundation.editing import EditVersioned
from foundation.pages.models import changes_public_pages
from foundation.text import LANGUAGES
from membership.audience import Audience
from membership.models import Entity


class Kind(models.TextChoices):
    """Kinds of decision, as named on pages, in emails and in documents."""

    INDICATIVE = "indicative", _("indicative consultation")
    FORMAL = "formal", _("formal vote")
    SILENCE = "silence", _("silence procedure")
    ADOPTION = "adoption", _("adoption without a vote")


class Preparation(models.TextChoices):
    """The stored state of a ballot. Open and closed follow from its times and the database clock."""

    DRAFT = "draft", _("draft")
    SET = "set", _("scheduled")


class BallotState(models.TextChoices):
    """The displayed state; computed, never stored."""

    DRAFT = "draft", _("draft")
    UPCOMING = "upcoming", _("upcoming")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class TieRule(models.TextChoices):
    UNDECIDED = "undecided", _("none of the tied options is selected and the question returns to the Member States")
    RUN_OFF = "run-off", _("a run-off is held among the tied options")


class Majority(models.TextChoices):
    RELATIVE = "relative", _("the options with the most votes")
    ABSOLUTE = "absolute", _("more than half")
    TWO_THIRDS = "two-thirds", _("two thirds or more")


class MajorityBase(models.TextChoices):
    """Base of "more than half" and "two thirds"."""

    VOTES = "votes", _("of the votes for options: abstentions are not counted")
    ANSWERS = "answers", _("of all answers: abstentions are counted")
    ENTITLED = "entitled", _("of all Member States entitled to vote, whether they answer or not")


class StatementKind(models.TextChoices):
    """Kinds of statement on a text."""

    OBJECTION = "objection", _("objection")
    RESERVATION = "reservation", _("reservation")
    EXPLANATION = "explanation", _("explanation of position")


STATEMENTS = {
    Kind.SILENCE: [StatementKind.OBJECTION, StatementKind.EXPLANATION],
    Kind.ADOPTION: [StatementKind.RESERVATION, StatementKind.EXPLANATION],
}
# Once the ballot has opened, the database refuses to change these columns.
FIXED = (
    "kind",
    *(f"rule_{language}" for language in LANGUAGES),
    "is_secret",
    "choose_min",
    "choose_max",
    "to_select",
    "allows_abstention",
    "tie_rule",
    "majority",
    "majority_base",
    "quorum",
    "quorum_number",
    "needs_voting_right",
    "rights_on",
    "run_off_of_id",
    "copies_entitled",
    "audience",
    "totals_audience",
    "choices_audience",
    "meeting_id",
    *(f"decision_text_{language}" for language in LANGUAGES),
)


class BallotQuerySet(models.QuerySet):
    def in_preparation(self) -> Self:
        return self.filter(preparation=Preparation.DRAFT)

    def announced(self) -> Self:
        """Return scheduled ballots, opened or not."""
        return self.filter(preparation=Preparation.SET)

    def started(self, now: dt.datetime) -> Self:
        return self.announced().filter(opens_at__lte=now)

    def open_at(self, now: dt.datetime) -> Self:
        return self.started(now).filter(closes_at__gt=now)

    def closed_at(self, now: dt.datetime) -> Self:
        return self.announced().filter(closes_at__lte=now)

    def not_counted(self, now: dt.datetime) -> Self:
        return self.closed_at(now).filter(result=None)

    def for_audiences(self, audiences: set[str]) -> Self:
        return self.announced().filter(audience__in=audiences)

    def concerning(self, entity: Entity) -> Self:
        """Return ballots in which the State was entitled at the opening."""
        return self.filter(entitlements__entity=entity, entitlements__is_entitled=True)


class Ballot(EditVersioned):
    """A written consultation of Member States: one question or text."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    kind = models.CharField(_("kind of decision"), max_length=12, choices=Kind, default=Kind.INDICATIVE)
    rule = models.CharField(
        _("rule"), max_length=300, blank=True, help_text=_("The rule under which the formal vote is held.")
    )
    question = models.CharField(_("question"), max_length=300)
    text = models.TextField(_("explanation"), blank=True)
    # For a silence procedure or an adoption: the text, and the meeting that adopted it.
    decision_text = models.TextField(_("text of the decision"), blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("meeting that adopted it")
    )
    # Times. Deadlines are always shown with this zone.
    zone = models.CharField(_("time zone"), max_length=50, default="Europe/Zurich")
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    first_closes_at = models.DateTimeField(null=True, blank=True, help_text=_("The deadline before any extension."))
    # Rules for answers and the outcome
    choose_min = models.PositiveSmallIntegerField(_("minimum number of choices"), default=1)
    choose_max = models.PositiveSmallIntegerField(_("maximum number of choices"), default=1)
    to_select = models.PositiveSmallIntegerField(_("number of options to select"), default=1)
    allows_abstention = models.BooleanField(_("allow abstention"), default=True)
    tie_rule = models.CharField(_("in the event of a tie"), max_length=12, choices=TieRule, default=TieRule.UNDECIDED)
    # Only for formal votes
    majority = models.CharField(_("majority"), max_length=12, choices=Majority, default=Majority.RELATIVE)
    majority_base = models.CharField(
        _("basis for the majority"), max_length=10, choices=MajorityBase, default=MajorityBase.VOTES
    )
    quorum = models.PositiveSmallIntegerField(
        _("quorum"),
        null=True,
        blank=True,
        help_text=_("Percentage of entitled States that must answer. Leave blank if there is no quorum."),
    )
    quorum_number = models.PositiveSmallIntegerField(
        _("quorum as a number"),
        null=True,
        blank=True,
        help_text=_("Number of States that must answer, instead of a percentage."),
    )
    is_secret = models.BooleanField(
        _("secret ballot"),
        default=False,
        help_text=_("The ledger records that a State has voted, but not how. A vote cannot be changed."),
    )
    # Participation and visibility
    needs_voting_right = models.BooleanField(
        _("only Member States whose right to vote is not suspended"),
        default=True,
        help_text=_("If not selected, every Member State may answer."),
    )
    rights_on = models.DateField(
        _("date for membership and voting rights"),
        null=True,
        blank=True,
        help_text=_("Leave blank to use the opening day."),
    )
    # The ballot of which this is the run-off; its reverse is `run_off`.
    run_off_of = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="run_off",
        editable=False,
    )
    copies_entitled = models.BooleanField(default=False, editable=False, help_text="as entitled there")
    audience = models.CharField(
        _("who may read the question and the summary of the result"),
        max_length=15,
        choices=Audience,
        default=Audience.PUBLIC,
    )
    totals_audience = models.CharField(
        _("who may read the totals"), max_length=15, choices=Audience, default=Audience.DELEGATIONS
    )
    choices_audience = models.CharField(
        _("who may read each State’s answer"), max_length=15, choices=Audience, default=Audience.STAFF
    )
    proposals_until = models.DateTimeField(
        _("deadline for proposals"),
        null=True,
        blank=True,
        help_text=_("Leave blank if delegations may not propose options."),
    )
    # Progress
    preparation = models.CharField(max_length=10, choices=Preparation, default=Preparation.DRAFT, editable=False)
    opened_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="when those entitled and the options were fixed"
    )
    # Raised when an option is admitted after the opening. Earlier answers are carried over.
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    source = models.CharField(_("source"), max_length=300, blank=True, help_text=_("Shown with the result."))
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_at", "slug"]
        constraints = [
            Check(
                condition=Q(closes_at__gt=F("opens_at")),
                name="ballot_closes_after_it_opens",
                violation_error_message=_("The closing time must be after the opening time."),
                field="closes_at",
            ),
            Check(
                condition=Q(first_closes_at=None) | Q(first_closes_at__lt=F("closes_at")),
                name="ballot_extension_is_later",
                violation_error_message=_("Enter a closing time that is later than the current one."),
                field="closes_at",
            ),
            Check(
                condition=Q(choose_min__gte=1) & Q(choose_max__gte=F("choose_min")),
                name="ballot_choose_min_to_max",
                violation_error_message=_(
                    "Enter a minimum of at least 1, and a maximum that is not less than the minimum."
                ),
                field="choose_max",
            ),
            Check(
                condition=Q(to_select__gte=1),
                name="ballot_selects_one_or_more",
                violation_error_message=_("Enter 1 or a higher number."),
                field="to_select",
            ),
            Check(
                condition=Q(quorum=None) | Q(quorum__gte=1, quorum__lte=100),
                name="ballot_quorum_is_a_percentage",
                violation_error_message=_("Enter a percentage from 1 to 100, or leave this blank."),
                field="quorum",
            ),
            Check(
                condition=Q(quorum_number=None) | Q(quorum_number__gte=1, quorum=None),
                name="ballot_quorum_in_one_way",
                violation_error_message=_("Enter the quorum either as a percentage or as a number of States."),
                field="quorum_number",
            ),
            Check(
                condition=Q(kind="formal")
                | Q(quorum=None, quorum_number=None, majority="relative", majority_base="votes", is_secret=False),
                name="ballot_quorum_majority_and_secrecy_of_formal_votes",
                violation_error_message=_(
                    "Only a formal vote can be secret or have a quorum or a majority rule. Remove these settings."
                ),
            ),
            Check(
                condition=~Q(kind="formal") | ~Q(rule=""),
                name="ballot_formal_cites_its_rule",
                violation_error_message=_("Enter the rule under which the formal vote is held."),
                field="rule_en",
            ),
            Check(
                condition=Q(opened_at=None) | Q(preparation="set"),
                name="ballot_opened_only_when_set",
                violation_error_message=_("Schedule the ballot before it opens."),
            ),
        ]
        triggers = [
            changes_public_pages(),
            pgtrigger.Trigger(
                name="opened_ballot_keeps_its_rules",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.opened_at IS NOT NULL AND (NEW.opened_at IS NULL OR "
                    + " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in FIXED)
                    + ")"
                ),
                func="RAISE EXCEPTION 'the ballot has opened: its rules stand'; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return reverse("votes:ballot", args=[self.slug])

    @property
    def is_draft(self) -> bool:
        return self.preparation == Preparation.DRAFT

    @property
    def is_indicative(self) -> bool:
        return self.kind == Kind.INDICATIVE

    @property
    def takes_answers(self) -> bool:
        """Return whether States choose options, rather than make statements on a text."""
        return self.kind in (Kind.INDICATIVE, Kind.FORMAL)

    @property
    def statement_kinds(self) -> list[StatementKind]:
        return STATEMENTS.get(Kind(self.kind), [])

    @property
    def day(self) -> dt.date:
        """Return the opening day in UTC, for rights and names."""
        return self.opens_at.astimezone(dt.UTC).date()

    @property
    def rights_day(self) -> dt.date:
        """Return the day whose membership and suspensions decide who takes part."""
        return self.rights_on or self.day

    def state_at(self, now: dt.datetime) -> BallotState:
        if self.is_draft:
            return BallotState.DRAFT
        if now < self.opens_at:
            return BallotState.UPCOMING
        return BallotState.OPEN if now < self.closes_at else BallotState.CLOSED

    def is_open_at(self, now: dt.datetime) -> bool:
        return self.state_at(now) == BallotState.OPEN

    def is_closed_at(self, now: dt.datetime) -> bool:
        return self.state_at(now) == BallotState.CLOSED

    def takes_proposals_at(self, now: dt.datetime) -> bool:
        return not self.is_draft and self.proposals_until is not None and now < self.proposals_until


class Option(EditVersioned):
    """An option of a ballot. Its text is fixed when the ballot opens."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="options")
    code = models.SlugField(
        _("letter"),
        max_length=10,
        help_text=_("A, B, C: identifies the option in the ballot, the ledger and documents."),
    )
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    # Source of the text, to which the result is applied.
    theme = models.ForeignKey("workshops.Theme", models.PROTECT, null=True, blank=True, related_name="+")
    topic = models.ForeignKey("workshops.Topic", models.PROTECT, null=True, blank=True, related_name="+")
    papers = models.ManyToManyField("documents.Document", verbose_name=_("papers"), blank=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["ballot", "position", "code"]
        constraints = [
            Unique(
                fields=["ballot", "code"],
                name="option_code_once_a_ballot",
                violation_error_message=_(
                    "Another option of this ballot already has this letter. Enter a different one."
                ),
                field="code",
            ),
            Check(
                condition=Q(theme=None) | Q(topic=None),
                name="option_of_a_theme_or_a_topic",
                violation_error_message=_("Choose either a theme or a topic, not both."),
                field="topic",
            ),
        ]
        triggers = [
            changes_public_pages(),
            pgtrigger.Trigger(
                name="options_of_an_opened_ballot_stand",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (SELECT 1 FROM votes_ballot WHERE id = OLD.ballot_id AND opened_at IS NOT NULL) THEN
                        RAISE EXCEPTION 'the ballot has opened: its options stand';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.title}"


class OptionPaper(Option.papers.through):  # type: ignore[name-defined]  # made by Django at run time
    """A proxy for the through table of `Option.papers`, which Django creates itself, so that it can have a trigger."""

    class Meta:
        proxy = True
        triggers = [changes_public_pages()]


class Entitlement(models.Model):
    """Whether a Member State may take part, fixed at the opening with its reason."""

    class Reason(models.TextChoices):
        MEMBER = "member", _("Member State on the opening day")
        SUSPENDED = "suspended", _("right to vote suspended on the opening day")

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="entitlements")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="+")
    is_entitled = models.BooleanField()
    reason = models.CharField(max_length=12, choices=Reason)
    decision = models.CharField(max_length=300, help_text=_("decision on which it is based"))
    # Names the State in the ledger for readers who may not know it.
    pseudonym = models.CharField(max_length=32)

    class Meta:
        constraints = [
            Unique(
                fields=["ballot", "entity"],
                name="entitlement_once_a_state",
                violation_error_message=NOT_SAVED,
            ),
            Unique(
                fields=["ballot", "pseudonym"],
                name="entitlement_pseudonym_once",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} in {self.ballot_id}: {self.reason}"


set_unique_messages(
    Ballot,
    slug=_("Another ballot already has this short name. Enter a different one."),
    run_off_of=_("This ballot already has a run-off."),
)
