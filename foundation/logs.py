"""How log lines look: one line of text or one JSON object, with the ids of request and job, without personal data."""

import json
import logging
from contextvars import ContextVar
from typing import Any

from foundation.text.masking import masked

# The ids of the present request and job, or "".
request_id: ContextVar[str] = ContextVar("request_id", default="")
job_id: ContextVar[str] = ContextVar("job_id", default="")


def _ids() -> dict[str, str]:
    return {name: value for name, value in (("request", request_id.get()), ("job", job_id.get())) if value}


class LineFormatter(logging.Formatter):
    """Formats records as text, without addresses, tokens of personal links and values of rows."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with its traceback if there is one."""
        ids = "".join(f" {name}={value}" for name, value in _ids().items())
        first, newline, rest = super().format(record).partition("\n")
        return masked(f"{first}{ids}{newline}{rest}")


class JsonFormatter(logging.Formatter):
    """Formats records as one JSON object in a line, with the same care. `record.fields` adds entries."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object."""
        entry: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
            **_ids(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["traceback"] = masked(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)
