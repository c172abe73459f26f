"""Entry point of every script: complete the Python environment, restart in it, and run the command."""

import os
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[0] = str(ROOT)
# Compiled modules are written also where the environment asks Python not to. Otherwise each process compiles 1,700
# modules, which doubles the time that it takes to start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

from script.lib.demo import check_start  # noqa: E402
from script.lib.environment import DEVELOPMENT, RUNTIME, VENV, RefusalError, ensure  # noqa: E402


def main() -> int:
    command, *arguments = sys.argv[1:]
    try:
        if command == "demo":
            check_start(arguments)
        if command != "daemon":
            testing = command == "test"
            requirements = DEVELOPMENT if testing or command == "bench" else RUNTIME
            python = ensure(requirements, browser=testing, long_tests=testing and "--all" in arguments)
            if Path(sys.prefix).resolve() != VENV.resolve():
                os.execv(python, [str(python), str(Path(__file__).parent), *sys.argv[1:]])
        return run(command, arguments)
    except RefusalError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run(command: str, arguments: list[str]) -> int:
    # Imported here because these modules need packages that `ensure` installs.
    from script.lib import daemon, demo, testing

    if command in {"manage", "bench"}:
        become(command, arguments)
    return {"daemon": daemon.run, "demo": demo.run, "test": testing.run}[command](arguments)


def become(command: str, arguments: list[str]) -> NoReturn:
    """Continue as `manage.py` or the benchmarks; the servers run until that program, and all it forks, has ended."""
    from script.lib import assets, servers

    addresses, using = servers.join()
    known = servers.environment_of(addresses)
    if command == "bench":
        os.chdir(ROOT)
        assets.collect_static(known | {"PORTAL_MODE": "demo"})
    else:
        assets.compile_catalogues()
    if using:
        os.set_inheritable(using.fileno(), True)
    words = ["-m", "bench"] if command == "bench" else [str(ROOT / "manage.py")]
    os.execve(sys.executable, [sys.executable, *words, *arguments], known)


sys.exit(main())
