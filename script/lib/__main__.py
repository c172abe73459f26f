"""Entry point of every script: complete the Python environment, restart in it, and run the command."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[0] = str(ROOT)

from script.lib.demo import clear_the_way  # noqa: E402
from script.lib.environment import DEVELOPMENT, RUNTIME, VENV, RefusalError, ensure  # noqa: E402


def main() -> int:
    command, *arguments = sys.argv[1:]
    try:
        if command == "demo":
            clear_the_way(arguments)
        if command != "keep":
            python = ensure(
                DEVELOPMENT if command in {"test", "bench"} else RUNTIME,
                browser=command == "test",
                long_tests=command == "test" and "--all" in arguments,
            )
            if Path(sys.prefix).resolve() != VENV.resolve():
                os.execv(python, [str(python), str(Path(__file__).parent), *sys.argv[1:]])
        # Imported here because these modules need packages that `ensure` installs.
        from script.lib.commands import run

        return run(command, arguments)
    except RefusalError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


sys.exit(main())
