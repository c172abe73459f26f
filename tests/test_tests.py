"""Find tests that cannot fail, and tests that fail on a busy machine."""

import ast
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
CLOCKS = {"monotonic", "perf_counter", "process_time"}


def every_test() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(FOLDER.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{path.relative_to(FOLDER)}::{node.name}", node


def calls(node: ast.AST) -> set[str]:
    return {found.func.attr for found in ast.walk(node) if isinstance(found, ast.Call) and hasattr(found.func, "attr")}


def asserted(test: ast.FunctionDef) -> list[ast.expr]:
    return [node.test for node in ast.walk(test) if isinstance(node, ast.Assert)]


def test_no_test_asserts_how_long_something_took() -> None:
    timed = {
        name
        for name, test in every_test()
        for claim in asserted(test)
        for part in ast.walk(claim)
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub) and calls(part) & CLOCKS
    }
    assert timed == set()


def test_tests_that_count_queries_also_check_the_result() -> None:
    counting = {
        name
        for name, test in every_test()
        if any(argument.arg.startswith("django_assert_") for argument in test.args.args)
        and not asserted(test)
        and "raises" not in calls(test)
    }
    assert counting == set()


def test_no_test_asserts_only_that_a_page_was_answered() -> None:
    def is_status(claim: ast.expr) -> bool:
        return ast.unparse(claim).endswith(".status_code == 200")

    assert {name for name, test in every_test() if asserted(test) and all(map(is_status, asserted(test)))} == set()


def test_no_test_asserts_only_that_something_was_called() -> None:
    def is_call(claim: ast.expr) -> bool:
        return any(word in ast.unparse(claim) for word in (".called", ".call_count", ".call_args"))

    assert {name for name, test in every_test() if asserted(test) and all(map(is_call, asserted(test)))} == set()
