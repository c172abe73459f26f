"""Health checks of docker-compose.yml: `python idm_portal/health.py web` or `process`. Exit code 0 means healthy.

`process` looks at the sign of life of a worker, the sweeper or beat. Such a process ends by itself when it notices that
it does no work. One that cannot notice, because it was stopped or hangs in C code, is killed here: compose starts
containers again when their process ends, but not when they are unhealthy.

Standard library only, without settings: it runs every few seconds.
"""

import contextlib
import http.client
import os
import signal
import sys
import time
from pathlib import Path

SIGN_SECONDS = 30
WEB_SECONDS = 4


def web() -> str:
    """Return why the web process is not ready, or an empty string."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=WEB_SECONDS)
    try:
        connection.request("GET", "/readyz", headers={"Host": host})
        answer = connection.getresponse()
        return "" if answer.status == http.HTTPStatus.OK else f"not ready: {answer.status} {answer.reason}"
    except (http.client.HTTPException, OSError) as error:
        return f"not ready: {error}"
    finally:
        connection.close()


def process(sign: Path | None = None) -> str:
    """Return why the process seems dead, or an empty string. A process without a sign of life is killed."""
    sign = sign or Path(os.environ["SIGN_OF_LIFE"])
    try:
        age = time.time() - sign.stat().st_mtime
        pid = int(sign.read_text() or 0)
    except (FileNotFoundError, ValueError):
        return "it has not begun"
    if age < SIGN_SECONDS:
        return ""
    sign.unlink(missing_ok=True)  # the next process of this number is not to be killed for it
    if pid > 1:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return f"no sign of life for {age:.0f} s: process {pid} was killed"


if __name__ == "__main__":
    checks = {"web": web, "process": process}
    if len(sys.argv) != 2 or sys.argv[1] not in checks:
        sys.exit(f"usage: health.py {'|'.join(checks)}")
    sys.exit(checks[sys.argv[1]]() or 0)
