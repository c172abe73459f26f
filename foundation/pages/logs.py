import logging
import re

PERSONAL_LINK = re.compile(r"(/s/)[^\s\"'/?]+")


class DropPersonalLinks(logging.Filter):
    """No log line shows the token of a personal link."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if "/s/" in text:
            record.msg, record.args = PERSONAL_LINK.sub(r"\1…", text), ()
        return True
