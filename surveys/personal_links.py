"""What a personal link opens, found out in one query, whatever comes of it.

A link of a closed survey is not told from one that never was: the same query, the same answer.
"""

from dataclasses import dataclass

from foundation.pages.wrong_links import WRONG_LINKS_A_MINUTE
from foundation.prepared import PreparedStatement
from surveys.models.questionnaires import IS_OPEN_SQL
from surveys.tokens import hash_of

# The survey joins only while it is open, and with it the invitation; so a closed link ends like a wrong one.
_LOOK_UP = PreparedStatement(
    f"""
SELECT (SELECT wrong FROM foundation_wronglinks WHERE key = $1), opened.*
FROM (SELECT 1) AS always LEFT JOIN (
    SELECT link.invitation_id, survey.id, survey.revision,
        (SELECT revision FROM workshops_workshop WHERE id = survey.workshop_id),
        EXISTS (SELECT 1 FROM surveys_mark WHERE invitation_id = link.invitation_id)
    FROM surveys_personallink AS link
    JOIN surveys_invitation AS invitation ON invitation.id = link.invitation_id
    JOIN surveys_survey AS survey ON survey.id = invitation.survey_id AND {IS_OPEN_SQL.format(now="clock_timestamp()")}
    WHERE link.token_hash = $2
) AS opened ON true
""",  # noqa: S608 - nothing but a constant is put in
    "varchar",
    "varchar",
)


@dataclass(frozen=True)
class Opened:
    """An open survey, asked by way of this invitation. `kept_as` changes whenever its pages do."""

    invitation_id: int
    survey_id: int
    kept_as: tuple[int, int, int | None]
    is_answered: bool


@dataclass(frozen=True)
class LookedUp:
    """`opened` is None for a link that is not in use, and for every link while its network is slowed."""

    is_slowed: bool
    opened: Opened | None


def look_up(token: str, *, limit_key: str) -> LookedUp:
    row = _LOOK_UP.first(limit_key, hash_of(token))
    wrong, invitation_id, survey_id, revision, workshop_revision, is_answered = row
    if (wrong or 0) >= WRONG_LINKS_A_MINUTE:
        return LookedUp(is_slowed=True, opened=None)
    if invitation_id is None:
        return LookedUp(is_slowed=False, opened=None)
    kept_as = (survey_id, revision, workshop_revision)
    return LookedUp(is_slowed=False, opened=Opened(invitation_id, survey_id, kept_as, is_answered))
