"""Jobs that hang in different ways; a worker started by a test loads this file with `--include`."""

import re
import time

from foundation.jobs.registry import job_handler

QUEUE = "hanging"
LIMIT = 3


@job_handler("test.hangs_in_c", queue=QUEUE, limit=LIMIT)
def hangs_in_c(context):
    """Never returns to Python, so that no thread of the process runs."""
    re.match(r"(a+)+$", "a" * 60 + "b")


@job_handler("test.hangs_in_python", queue=QUEUE, limit=LIMIT)
def hangs_in_python(context):
    """Hangs while the thread that renews the lease keeps running."""
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            continue


@job_handler("test.ends", queue=QUEUE, limit=LIMIT)
def ends(context):
    return {"ended": True}
