"""`script/demo`: the portal with its demonstration data."""

from script.lib.environment import RefusalError


def demo(arguments: list[str]) -> int:
    raise RefusalError(f"script/demo is being built ({arguments}).")
