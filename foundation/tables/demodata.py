"""The argument of each app's `demo.load(demo: DemoLoad)`. Apps are loaded from the lowest layer up."""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from foundation.tables.datafiles import DataFileError

_FROM_NOW = re.compile(r"^now([+-]\d+)d$")


@dataclass(frozen=True)
class DemoLoad:
    """`folder` is `data/demo`; `now` is the time of loading, to which open consultations and surveys are relative."""

    folder: Path
    now: dt.datetime

    def path(self, *parts: str) -> Path:
        """Return the path of a demonstration file."""
        return self.folder.joinpath(*parts)

    def moment(self, written: str) -> dt.datetime:
        """Return a time: `2010-05-12T09:00+02:00`, or `now+28d` for what must be open whenever the data are loaded."""
        relative = _FROM_NOW.match(written)
        if relative:
            return (self.now + dt.timedelta(days=int(relative[1]))).replace(microsecond=0)
        return dt.datetime.fromisoformat(written)

    def check_total(self, path: Path, what: str, counted: object, published: object, line: int | None = None) -> None:
        """Raise DataFileError if rows do not add up to the published total that the data files also contain."""
        if counted != published:
            raise DataFileError(path, line, f"{what}: the rows give {counted}, the published total is {published}")
