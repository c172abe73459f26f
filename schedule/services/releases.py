import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from foundation.refusals import Refused
from foundation.time.clock import database_now
from schedule.contents import changes_between, programme_content
from schedule.models import Occasion, Release
from schedule.permissions import edited_by
from schedule.services.occasions import bump


class NothingNew(Refused):
    """The draft is the same as the last release."""


def release_programme(*, occasion: Occasion, actor: Any = None, now: dt.datetime | None = None) -> Release:
    """Publish the draft as the next release, with the changes since the previous one."""
    with edited_by(actor):
        Occasion.objects.select_for_update().get(pk=occasion.pk)
        content = programme_content(occasion)
        if not content["slots"]:
            raise Refused(_("Add at least one public slot before you publish the programme."))
        return record_release(occasion=occasion, content=content, actor=actor, now=now)


def record_release(
    *, occasion: Occasion, content: dict[str, Any], actor: Any = None, now: dt.datetime | None = None
) -> Release:
    """Add a release with this content, from any app: `content["slots"]` holds entries with a `code`."""
    with edited_by(actor):
        Occasion.objects.select_for_update().get(pk=occasion.pk)
        before = occasion.latest_release
        if before is not None and before.content == content:
            raise NothingNew(_("Nothing has changed since the last release."))
        release = Release.objects.create(
            occasion=occasion,
            number=before.number + 1 if before else 1,
            content=content,
            changes=changes_between(before.content, content) if before else [],
            released_at=now or database_now(),
            released_by=actor,
        )
        bump(occasion)
    return release
