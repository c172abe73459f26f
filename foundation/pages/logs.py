import logging
import re

PERSONAL_LINK = re.compile(r"(/s/|/documents/translations/)[^\s\"'/?]+")


class DropPersonalLinks(logging.Filter):
    """Remove the tokens of personal links from log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if "/s/" in text or "/documents/translations/" in text:
            record.msg, record.args = PERSONAL_LINK.sub(r"\1…", text), ()
        return True


class NoTraceOfRefusals(logging.Filter):
    """Log refusals (403, 404) in one line. Only faults of the portal get a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
