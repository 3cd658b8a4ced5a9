"""Do the tests fail when the code is wrong? One small change at a time, and see.

usage: python -m benchmarks.mutants PACKAGE TEST [TEST …] [--sample N] [--seed N]

PACKAGE is one of analysis (quotes, stance …), TEST a test file, or another argument of
pytest behind `--`. In a copy of the repository each change of a random sample (a
comparison, a number, an and, a result) is made by itself and the tests are run: it is
killed if they fail. Printed are the share that was killed, and each survivor with its
place.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import os
import random
import shutil
import signal
import sys
import tempfile
from itertools import starmap
from pathlib import Path
from typing import NamedTuple, NoReturn

import hypothesis  # noqa: F401  what tests need is imported once, before the children
import nltk  # noqa: F401
import onnxruntime  # noqa: F401
import pandas  # noqa: F401
import pytest
import textblob.en  # noqa: F401
import yaml  # noqa: F401

ROOT = Path(__file__).parents[1]
LONGEST = 600  # seconds of a run of the tests; a change that never ends is killed
SWAPS: dict[type, type] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt},
    **{ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In},
    **{ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And},
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult},
    **{ast.Break: ast.Continue, ast.Continue: ast.Break},
}


class Mutant(NamedTuple):
    """A changed module."""

    path: Path
    line: int
    change: str
    source: str


def changed(node: ast.AST) -> ast.AST | None:
    """A node with another meaning, None where there is no such.

    >>> ast.unparse(changed(ast.parse("a < 1", mode="eval").body))
    'a <= 1'
    """
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        ops = [SWAPS[type(node.ops[0])](), *node.ops[1:]]
        return ast.Compare(node.left, ops, node.comparators)
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(SWAPS[type(node.op)](), node.values)
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
        return ast.BinOp(node.left, SWAPS[type(node.op)](), node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int):
        value = node.value
        return ast.Constant(not value if isinstance(value, bool) else value + 1)
    if isinstance(node, ast.Break | ast.Continue):
        return SWAPS[type(node)]()
    if isinstance(node, ast.Return) and ast.unparse(node) not in (
        "return None",
        "return",
    ):
        return ast.Return(ast.Constant(None))
    return None


class _Change(ast.NodeTransformer):
    """Change the nth node of a module that can be changed; -1 counts them."""

    def __init__(self, at: int = -1) -> None:
        self.at, self.seen, self.told = at, 0, (0, "")

    def visit(self, node: ast.AST) -> ast.AST:
        """Count a node, and change it if it is the one."""
        if isinstance(node, ast.keyword) and node.arg == "strict":
            return node  # of zip: it guards against what never comes
        other = changed(node)
        if other is not None:
            self.seen += 1
            if self.seen - 1 == self.at:
                said = f"{ast.unparse(node)}  ->  {ast.unparse(other)}"
                self.told = getattr(node, "lineno", 0), said
                return ast.copy_location(other, node)
        return self.generic_visit(node)


def places(package: Path) -> list[tuple[Path, int]]:
    """Every module of a package with the number of each node that can be changed."""
    found = []
    for path in sorted(package.rglob("*.py")):
        count = _Change()
        count.visit(ast.parse(path.read_text("utf-8")))
        found += [(path, at) for at in range(count.seen)]
    return found


def mutant_at(path: Path, at: int) -> Mutant:
    """A module with its nth node changed."""
    change = _Change(at)
    tree = change.visit(ast.parse(path.read_text("utf-8")))
    return Mutant(path, *change.told, ast.unparse(ast.fix_missing_locations(tree)))


def is_killed(mutant: Mutant, copy: Path, tests: list[str]) -> bool:
    """Whether the tests fail, or cannot be collected, with a change made in a copy.

    They run in a child of this process, which has imported what all of them need.
    """
    path = copy / mutant.path.relative_to(ROOT)
    kept = path.read_bytes()
    path.write_text(mutant.source, "utf-8")
    try:
        if not (child := os.fork()):
            _run(copy, tests)
        return _waited(child) in (1, 2)  # not: wrong paths, no tests
    finally:
        path.write_bytes(kept)


def _run(copy: Path, tests: list[str]) -> NoReturn:
    """Run tests and end this process with pytest's status."""
    os.chdir(copy)
    sys.path[0] = str(copy)
    os.environ["PYTHONPATH"] = str(copy)
    sys.dont_write_bytecode = True
    status = 1
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        signal.alarm(LONGEST)
        status = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests])
    finally:
        os._exit(status)


def _waited(child: int) -> int:
    """A child's status; 1 where it was ended by a signal, such as its time limit's."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 1


def main() -> None:
    """Make changes and count those that the tests find."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package")
    parser.add_argument("tests", nargs="+")
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    every = places(ROOT / "analysis" / options.package)
    chosen = random.Random(options.seed).sample(every, min(options.sample, len(every)))
    killed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        ignored = shutil.ignore_patterns(".git", ".venv", "shared", "output", "*.pyc")
        shutil.copytree(ROOT, copy, ignore=ignored)
        compileall.compile_dir(copy / "analysis", quiet=1)
        for mutant in starmap(mutant_at, chosen):
            if is_killed(mutant, copy, options.tests):
                killed += 1
                continue
            where = f"{mutant.path.relative_to(ROOT)}:{mutant.line}"
            print(f"survived: {where}: {mutant.change}", flush=True)
    share = killed / max(1, len(chosen))
    print(f"{options.package}: {killed} of {len(chosen)} killed ({share:.0%})")


if __name__ == "__main__":
    main()
