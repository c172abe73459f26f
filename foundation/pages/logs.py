import logging
import re

PERSONAL_LINK = re.compile(r"(/s/|/documents/translations/)[^\s\"'/?]+")


class DropPersonalLinks(logging.Filter):
    """No log line shows the token of a personal link."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if "/s/" in text or "/documents/translations/" in text:
            record.msg, record.args = PERSONAL_LINK.sub(r"\1…", text), ()
        return True


class NoTraceOfRefusals(logging.Filter):
    """What was refused (403, 404) is a line: a traceback is for the portal's own faults."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
