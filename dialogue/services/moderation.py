import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from dialogue.models import Contribution, ContributionState
from dialogue.permissions import MODERATORS, acted_by
from dialogue.services.rows import bump, locked
from foundation.editing.locking import save_versioned
from foundation.mail.services import request_mail
from foundation.refusals import Refused
from foundation.text.letters import clean_name
from foundation.time.clock import database_now

S = ContributionState
# Allowed decisions from each state. A decision can be changed but not removed.
DECISIONS: dict[str, tuple[str, ...]] = {
    S.SUBMITTED: (S.APPROVED, S.DECLINED),
    S.APPROVED: (S.HIDDEN,),
    S.DECLINED: (S.APPROVED,),
    S.HIDDEN: (S.APPROVED,),
}


def moderate(
    *,
    contribution: Contribution,
    decision: str,
    expected: int,
    reason: str = "",
    now: dt.datetime | None = None,
    actor: Any = None,
) -> None:
    """Decide on a contribution and email its author, if they left an address.

    Every decision except approval needs a reason. Raises `Clash` if another moderator was faster.
    """
    with acted_by(actor, MODERATORS):
        dialogue = locked(contribution.topic.dialogue_id)
        current = Contribution.objects.get(pk=contribution.pk)
        words = clean_name(" ".join(reason.split()))
        if current.edit_version == expected and decision not in DECISIONS[current.state]:
            raise Refused(
                _("This decision is not possible for this contribution. Reload the page and choose another one.")
            )
        if decision != S.APPROVED and not words:
            raise Refused(reason=_("Enter a reason. The author will see it."))
        longest = Contribution._meta.get_field("reason").max_length
        if longest and len(words) > longest:
            raise Refused(reason=_("Shorten the reason to %(limit)s characters or fewer.") % {"limit": longest})
        save_versioned(
            contribution,
            expected=expected,
            state=decision,
            reason="" if decision == S.APPROVED else words,
            moderated_by=actor,
            moderated_at=now or database_now(),
        )
        if contribution.author_email:
            request_mail(
                kind="dialogue.moderated",
                key=f"dialogue-moderated:{contribution.pk}:{contribution.edit_version}",
                recipient=contribution.author_email,
                language=contribution.language,
                arguments={"contribution_id": contribution.pk, "edit_version": contribution.edit_version},
            )
        bump(dialogue)
