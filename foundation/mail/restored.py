"""Do not send email twice after a backup is restored.

Email that was waiting at the time of the backup may have been sent since. So may email that was requested later, by
jobs that were waiting then or because of deadlines that passed since. When the database is not where email was last
sent from, the portal holds all of it until an administrator sends or drops it.
"""

import functools
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import QuerySet

from foundation.jobs.models import Job
from foundation.jobs.registry import runs_before_jobs, surrounds_deadlines
from foundation.jobs.services import from_another_time, request_job
from foundation.mail.models import DatabaseHome, Mail

log = logging.getLogger(__name__)

# The kinds of jobs that send email; the second is for emails that somebody waits for in front of the screen.
SEND, SEND_AT_ONCE = "mail.send", "mail.send_at_once"

_held_elsewhere: dict[str, Callable[[], None]] = {}


def holds_own_mail(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register `hold()` of an app that records sent email itself.

    It is called in the same transaction when waiting email is held, so that the app sends nothing twice either.
    """

    def register(hold: Callable[[], None]) -> Callable[[], None]:
        _held_elsewhere[name] = hold
        return hold

    return register


_IDENTITY = """
SELECT system_identifier::text || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
FROM pg_control_system()
"""


def identity() -> str:
    """Return the identity of the server's data folder and of the database. Both change when a dump is restored."""
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITY)
        return cursor.fetchone()[0]


def hold_if_restored() -> int:
    """Hold waiting email if the database was restored, and return how many. The first call records where it is."""
    here = identity()
    with transaction.atomic():
        home = DatabaseHome.objects.select_for_update().first()
        if home is None:
            DatabaseHome.objects.get_or_create(pk=1, defaults={"identity": here})
            return 0
        if home.identity == here:
            return 0
        home.identity = here
        home.save(update_fields=["identity"])
        return hold_waiting()


@runs_before_jobs
@functools.cache
def held_once_a_process() -> int:
    """Check once per worker process before its first job. A process does not outlive its database."""
    return hold_if_restored()


@transaction.atomic
def hold_waiting() -> int:
    """Hold all waiting email, and mark what may lead to more.

    Operators call it after restoring into the same database, which cannot be detected.
    """
    for hold in _held_elsewhere.values():
        hold()
    held = Mail.objects.filter(state=Mail.State.WAITING).update(state=Mail.State.HELD)
    Job.objects.filter(state__in=Job.UNFINISHED).update(from_backup=True)
    DatabaseHome.objects.update_or_create(
        pk=1, defaults={"has_followed": False}, create_defaults={"identity": identity(), "has_followed": False}
    )
    if held:
        log.warning("%s mails wait for an administrator: the database was restored", held)
    return held


def has_to_follow() -> bool:
    """Return whether deadlines that passed between the backup and its restoring have not been followed yet."""
    return DatabaseHome.objects.filter(has_followed=False).exists()


@surrounds_deadlines
@contextmanager
def hold_what_followed_before() -> Iterator[None]:
    """Hold email that follows from deadlines the first time after a restore: the original may have followed them."""
    is_first = has_to_follow()
    with from_another_time(is_first):
        yield
    if is_first:
        DatabaseHome.objects.update(has_followed=True)


def undecided() -> QuerySet[Mail]:
    """Return emails that need an administrator's decision, oldest first."""
    return Mail.objects.filter(state__in=[Mail.State.HELD, Mail.State.FAILED]).order_by("requested_at", "pk")


def send_undecided(*, mail_ids: Iterable[int]) -> int:
    """Request these emails again and return how many. Emails decided in the meantime are not changed."""
    with transaction.atomic():
        chosen = list(undecided().select_for_update().filter(pk__in=list(mail_ids)))
        Mail.objects.filter(pk__in=[mail.pk for mail in chosen]).update(state=Mail.State.WAITING)
        for mail in chosen:
            request_job(kind=SEND, key=str(mail.pk), arguments={"mail_id": mail.pk})
        return len(chosen)


def drop_undecided(*, mail_ids: Iterable[int]) -> int:
    """Drop these emails and return how many. Emails decided in the meantime are not changed."""
    return undecided().filter(pk__in=list(mail_ids)).order_by().update(state=Mail.State.DROPPED)
