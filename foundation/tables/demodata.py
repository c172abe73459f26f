"""The argument of an app's `demo.py`: `load(demo: DemoLoad) -> None`. Apps are loaded in order of the layers."""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from foundation.tables.datafiles import DataFileError

_FROM_NOW = re.compile(r"^now([+-]\d+)d$")


@dataclass(frozen=True)
class DemoLoad:
    """`folder` is `data/demo`; `now` the moment of loading, from which the open consultation and survey count."""

    folder: Path
    now: dt.datetime

    def path(self, *parts: str) -> Path:
        return self.folder.joinpath(*parts)

    def moment(self, written: str) -> dt.datetime:
        """`2010-05-12T09:00+02:00`, or `now+28d` for what must be open whenever the demonstration is loaded."""
        relative = _FROM_NOW.match(written)
        if relative:
            return (self.now + dt.timedelta(days=int(relative[1]))).replace(microsecond=0)
        return dt.datetime.fromisoformat(written)

    def check_total(self, path: Path, what: str, counted: object, published: object, line: int | None = None) -> None:
        """The published totals stand in the data files too; a file that does not add up to them is refused."""
        if counted != published:
            raise DataFileError(path, line, f"{what}: the rows give {counted}, the published total is {published}")
