"""Filters for log records."""

import logging

from foundation.text.masking import GAP, LINK


class DropPersonalLinks(logging.Filter):
    """Remove the tokens of personal links from log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace tokens in the message, and pass every record."""
        text = record.getMessage()
        if LINK.search(text):
            record.msg, record.args = LINK.sub(rf"\1{GAP}", text), ()
        return True


class NoTraceOfRefusals(logging.Filter):
    """Log refusals (403, 404) in one line. Only faults of the portal get a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Remove the traceback of refusals, and pass every record."""
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
