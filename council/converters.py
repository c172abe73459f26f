"""Converters between the addresses of meetings and their permanent ids."""

from council.models import MeetingKind


class MeetingConverter:
    """`99` stands for `session-99`. Ids of other kinds raise ValueError, so that `reverse` tries the next pattern."""

    prefix = ""
    regex = "[1-9][0-9]{0,3}"

    def to_python(self, value: str) -> str:
        return f"{self.prefix}{value}"

    def to_url(self, value: str) -> str:
        if not value.startswith(self.prefix):
            raise ValueError(f"{value} stands at another address")
        return value.removeprefix(self.prefix)


class SessionConverter(MeetingConverter):
    prefix = f"{MeetingKind.SESSION.value}-"


class CommitteeConverter(MeetingConverter):
    prefix = f"{MeetingKind.STANDING_COMMITTEE.value}-"


class ConsultationsConverter(MeetingConverter):
    prefix = "informal-"
    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
