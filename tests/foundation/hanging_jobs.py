"""Jobs that hang in the ways a handler can; a worker of a test loads this file with `--include`."""

import re
import time

from foundation.jobs.registry import job_handler

QUEUE = "hanging"
LIMIT = 3


@job_handler("test.hangs_in_c", queue=QUEUE, limit=LIMIT)
def hangs_in_c(context):
    """Never returns to Python, so that no thread of the process runs either."""
    re.match(r"(a+)+$", "a" * 60 + "b")


@job_handler("test.hangs_in_python", queue=QUEUE, limit=LIMIT)
def hangs_in_python(context):
    """The thread that renews the lease goes on."""
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            continue


@job_handler("test.ends", queue=QUEUE, limit=LIMIT)
def ends(context):
    return {"ended": True}
