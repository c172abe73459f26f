"""Run the portal's management commands for the scripts."""

import re
import subprocess
import sys

from script.lib.environment import ROOT, RefusalError, log_file

ERROR = re.compile(r"^(?:[\w.]*(?:Error|Exception|Improperly\w+|Unknown command))\b.*")


def manage(known: dict[str, str], *words: str) -> None:
    """Run `manage.py WORDS` with its output in a log file. Raises RefusalError with the line that gives the reason."""
    log = log_file(f"{words[0]}.log")
    with log.open("w") as output:
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        done = subprocess.run(command, env=known, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    if done.returncode:
        fault = reason(log.read_text(errors="replace"))
        raise RefusalError(f"manage.py {words[0]} failed: {fault} (details in {log}).")


def reason(output: str) -> str:
    """Return the last line that names an error, or else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    named = [line for line in lines if ERROR.match(line)]
    return (named or lines or ["it gave no reason"])[-1].removeprefix("CommandError: ").rstrip(".")
