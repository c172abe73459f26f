"""Run Pandoc in its sandbox and within limits. It reads its standard input and no other files."""

import json
import os
import resource
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pypandoc
from django.utils.translation import gettext as _

from foundation.jobs.registry import JobRefused

HEAP = "512M"
PROCESSOR_SECONDS = 60
WALL_SECONDS = 90


def run_pandoc(arguments: list[str], content: bytes, *, epoch: str = "0", wall_seconds: int = WALL_SECONDS) -> bytes:
    """Return the file that Pandoc writes for `content`.

    `epoch` is the time stamp in files, fixed so that the same input gives the same bytes. Raises JobRefused if Pandoc
    fails or exceeds its limits.
    """
    with tempfile.TemporaryDirectory(prefix="idm-pandoc-") as folder:
        out = Path(folder) / "out"
        command = [pypandoc.get_pandoc_path(), "--sandbox", "-o", str(out), *arguments, "+RTS", f"-M{HEAP}", "-RTS"]
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder, "SOURCE_DATE_EPOCH": epoch}
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, arguments of our own, no shell
                command,
                input=content,
                capture_output=True,
                timeout=wall_seconds,
                env=environment,
                cwd=folder,
                preexec_fn=_limits,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise JobRefused(
                _("The task took longer than %(seconds)s seconds and was stopped.") % {"seconds": wall_seconds}
            ) from error
        if done.returncode != 0 or not out.exists():
            errors = done.stderr.decode("utf-8", "replace").strip()[:300]
            if done.returncode in {251, -9, -24}:
                raise JobRefused(_("The task exceeded its memory or time limit and was stopped."))
            raise JobRefused(_("The file could not be read: %(said)s") % {"said": errors or f"exit {done.returncode}"})
        return out.read_bytes()


def _limits() -> None:
    # Address space is not limited, because Haskell's runtime reserves a terabyte. The option -M limits the heap.
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024 * 1024,) * 2)
    os.nice(5)


def pandoc_json(blocks: list[Any]) -> bytes:
    """Return a document of Pandoc's `blocks` as Pandoc reads it from JSON."""
    return json.dumps({"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}, ensure_ascii=False).encode()
