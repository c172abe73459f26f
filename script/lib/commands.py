"""What each script does once its environment is complete."""

import os
import sys

from script.lib import servers
from script.lib.assets import compile_catalogues
from script.lib.environment import ROOT


def run(command: str, arguments: list[str]) -> int:
    if command == "keep":
        from script.lib.keeper import keep

        return keep()
    if command == "manage":
        compile_catalogues()
        return replace_by([str(ROOT / "manage.py"), *arguments])
    if command == "test":
        from script.lib.testing import test

        return test(arguments)
    if command == "bench":
        os.chdir(ROOT)
        return replace_by(["-m", "bench", *arguments], static=True)
    from script.lib.demo import demo

    return demo(arguments)


def replace_by(arguments: list[str], *, static: bool = False) -> int:
    """Replace this process by a Python program. The servers keep running until it and its children have ended.

    With `static`, static files are collected first, so that pages are served as in production.
    """
    addresses, membership = servers.join()
    known = servers.environment_of(addresses)
    if static:
        from script.lib.assets import collect_static

        collect_static(known | {"PORTAL_MODE": "demo"})
    if membership:
        membership.outlive_exec()
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *arguments], known)
