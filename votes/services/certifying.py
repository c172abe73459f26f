import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.time.clock import database_now
from membership.models import Person
from votes import keys, ledger
from votes.models import Ballot, EntryKind, Kind, LedgerEntry, Result
from votes.permissions import require_publisher
from votes.services.locking import bump
from votes.services.refusals import Refused
from votes.verifier import canonical


@transaction.atomic
def certify_result(*, ballot: Ballot, actor: Person, now: dt.datetime | None = None) -> Result:
    """A publisher vouches for the published result of a formal vote, in a signed text that names the closing entry.

    An act of its own; once done it stays.
    """
    moment = now or database_now()
    require_publisher(actor, moment)
    if ballot.kind != Kind.FORMAL:
        raise Refused(_("Only the result of a formal vote is certified."))
    result = Result.objects.select_for_update().filter(ballot=ballot).first()
    if result is None or not result.is_published:
        raise Refused(_("The result has to be published first."))
    if result.is_certified:
        return result
    closing = LedgerEntry.objects.get(ballot=ballot, kind=EntryKind.CLOSE)
    payload = {
        "at": ledger.moment(moment),
        "ballot": ballot.slug,
        "closing": closing.hash,
        "kind": "certificate",
        "rule": ballot.rule_en or ballot.rule,
    }
    result.certificate = {
        "key": keys.current_key().fingerprint,
        "payload": payload,
        "signature": keys.sign(canonical(payload)),
    }
    result.certified_at, result.certified_by = moment, actor
    result.save(update_fields=["certified_at", "certified_by", "certificate"])
    bump(ballot)
    return result
