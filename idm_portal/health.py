"""Health checks of docker-compose.yml: `python idm_portal/health.py web` or `beat`. Exit code 0 means healthy.

Standard library only, without settings: it runs every few seconds.
"""

import http.client
import os
import sys
import time
from pathlib import Path

BEAT_SIGN = Path("/tmp/beat.alive")  # noqa: S108 - as the compose file names it, in a container of its own
BEAT_SECONDS = 60
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


def beat(sign: Path = BEAT_SIGN) -> str:
    """Return why beat seems dead, or an empty string."""
    try:
        age = time.time() - sign.stat().st_mtime
    except FileNotFoundError:
        return "it has not begun"
    return "" if age < BEAT_SECONDS else f"no sign of life for {age:.0f} s"


if __name__ == "__main__":
    checks = {"web": web, "beat": beat}
    if len(sys.argv) != 2 or sys.argv[1] not in checks:
        sys.exit(f"usage: health.py {'|'.join(checks)}")
    sys.exit(checks[sys.argv[1]]() or 0)
