"""Filters for log records."""

import logging
import re

PERSONAL_LINK = re.compile(r"(/s/|/documents/translations/)[^\s\"'/?]+")


class DropPersonalLinks(logging.Filter):
    """Remove the tokens of personal links from log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace tokens in the message, and pass every record."""
        text = record.getMessage()
        if "/s/" in text or "/documents/translations/" in text:
            record.msg, record.args = PERSONAL_LINK.sub(r"\1…", text), ()
        return True


class NoTraceOfRefusals(logging.Filter):
    """Log refusals (403, 404) in one line. Only faults of the portal get a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Remove the traceback of refusals, and pass every record."""
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
