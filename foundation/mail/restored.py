"""No mail is sent twice because a backup was restored.

What still waited when the backup was taken may have been sent since. The portal notices that its database stands
somewhere else than when it last sent mail, holds what waits, and leaves it to an administrator to send or drop it.
"""

import functools
import logging
from collections.abc import Callable, Iterable

from django.db import connection, transaction
from django.db.models import QuerySet

from foundation.jobs.services import request_job
from foundation.mail.models import DatabaseHome, Mail

log = logging.getLogger(__name__)

_held_elsewhere: dict[str, Callable[[], None]] = {}


def holds_own_mail(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Registers `hold()` of a room whose mail to some people stands in no table of the portal's: it is called, in the
    same transaction, when what waits is held, and sees to it that nothing of the room's is sent twice either.
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
    """Of the server's data folder and of the database in it: both are new wherever a dump is restored."""
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITY)
        return cursor.fetchone()[0]


def hold_if_restored() -> int:
    """The number of mails held now. The first call ever writes down where the database is."""
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


@functools.cache
def held_once_a_process() -> int:
    """The check before each sending, for the worker: its process ends with its database, so once is enough."""
    return hold_if_restored()


def hold_waiting() -> int:
    """Also for an operator who restored into the same database, which nothing can notice."""
    for hold in _held_elsewhere.values():
        hold()
    held = Mail.objects.filter(state=Mail.State.WAITING).update(state=Mail.State.HELD)
    if held:
        log.warning("%s mails wait for an administrator: the database was restored", held)
    return held


def undecided() -> QuerySet[Mail]:
    """Mails of which a person must say what becomes of them, oldest first."""
    return Mail.objects.filter(state__in=[Mail.State.HELD, Mail.State.FAILED]).order_by("wished_at", "pk")


def send_undecided(*, mail_ids: Iterable[int]) -> int:
    """Wishes these anew and returns how many; what was decided meanwhile is left as it is."""
    with transaction.atomic():
        chosen = list(undecided().select_for_update().filter(pk__in=list(mail_ids)))
        Mail.objects.filter(pk__in=[mail.pk for mail in chosen]).update(state=Mail.State.WAITING)
        for mail in chosen:
            request_job(kind="mail.send", key=str(mail.pk), arguments={"mail_id": mail.pk})
        return len(chosen)


def drop_undecided(*, mail_ids: Iterable[int]) -> int:
    return undecided().filter(pk__in=list(mail_ids)).order_by().update(state=Mail.State.DROPPED)
