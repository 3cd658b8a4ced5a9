"""How large and how tangled is the package?

    python -m benchmarks.counts

Counts files, lines of code and of docstrings, functions, row types (`NamedTuple`),
circles of files that import each other, and names that two files define. Comments and
empty lines count as neither; imports for type checkers alone are none. Then what one
paragraph of the first article meets on its way from its text to its stances: calls,
functions, modules, and calls from one module into another.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from types import FrameType

from analysis.articles import read_article
from analysis.articles.paragraphs import find_paragraphs
from analysis.codebook import read_codebook
from analysis.pipeline import Analysis

PACKAGE = Path(__file__).parents[1] / "analysis"
QUIET = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def read_modules(folder: Path = PACKAGE) -> dict[str, ast.Module]:
    """The modules of a package by their full names."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(modules: dict[str, ast.Module], name: str) -> set[str]:
    """The modules of the package that one needs when it runs, inside functions too.

    >>> sources = {"p": "from p import a", "p.a": "import re", "p.b": "import p.a"}
    >>> parsed = {name: ast.parse(source) for name, source in sources.items()}
    >>> imports(parsed, "p"), imports(parsed, "p.a"), imports(parsed, "p.b")
    ({'p.a'}, set(), {'p.a'})
    """
    found = set()
    for node in _at_run_time(modules[name]):
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {one if one in modules else node.module for one in whole}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return (found & modules.keys()) - {name}


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _at_run_time(child)


def circles(needs: dict[str, set[str]]) -> list[set[str]]:
    """The groups that reach themselves: each lies in one circle, or in several.

    >>> circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [{"b", "c"}]
    True
    """
    reached = {name: set(near) for name, near in needs.items()}
    for middle in needs:
        for near in reached.values():
            if middle in near:
                near |= reached[middle]
    found: list[set[str]] = []
    for name, near in reached.items():
        group = {other for other in near if name in reached.get(other, ())}
        if group and group not in found:
            found.append(group)
    return found


def names_of(module: ast.Module) -> set[str]:
    """What a module defines at its top: functions, classes and variables."""
    found = set()
    for node in module.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {t.id for t in targets if isinstance(t, ast.Name)}
    return {name for name in found if not name.startswith("__")}


def _lines_of(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def docstring_lines(module: ast.Module) -> set[int]:
    """The lines of a module that are docstrings."""
    nodes = (n for n in ast.walk(module) if isinstance(n, Documented))
    first = (n.body[0] for n in nodes if ast.get_docstring(n, clean=False) is not None)
    return {line for n in first for line in _lines_of(n)}


def code_lines(source: str) -> set[int]:
    """The lines of a source that hold code.

    >>> code_lines('"A docstring."\\n\\nX = 1  # one\\n# two\\n')
    {3}
    """
    held = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in QUIET:
            held |= set(range(token.start[0], token.end[0] + 1))
    return held - docstring_lines(ast.parse(source))


def count(folder: Path = PACKAGE) -> dict[str, float]:
    """All counts of a package."""
    modules = read_modules(folder)
    nodes = [node for module in modules.values() for node in ast.walk(module)]
    functions = [n for n in nodes if isinstance(n, ast.FunctionDef)]
    lengths = [len(_lines_of(n)) for n in functions]
    bases = [
        ast.unparse(b) for n in nodes if isinstance(n, ast.ClassDef) for b in n.bases
    ]
    defined = Counter(name for module in modules.values() for name in names_of(module))
    sources = [p.read_text(encoding="utf-8") for p in folder.rglob("*.py")]
    return {
        "files": len(modules),
        "code lines": sum(len(code_lines(source)) for source in sources),
        "docstring lines": sum(len(docstring_lines(m)) for m in modules.values()),
        "functions": len(functions),
        "their median length": median(lengths),
        "the longest": max(lengths),
        "row types": bases.count("NamedTuple"),
        "circles": len(circles({name: imports(modules, name) for name in modules})),
        "names in two files": sum(n > 1 for n in defined.values()),
    }


def calls_of(run: Callable[[], object]) -> Iterator[tuple[str, str, str]]:
    """The calls of the package's functions: from which module, which module's, whose.

    >>> [*calls_of(lambda: code_lines("X = 1"))][0][1:]
    ('benchmarks/counts.py', 'code_lines')
    """
    found = []

    def note(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_name
        if event == "call" and not name.startswith("<") and (own := _module_of(frame)):
            caller = frame.f_back
            while caller and not _module_of(caller):
                caller = caller.f_back
            found.append((_module_of(caller) if caller else "", own, name))

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    yield from found


def _module_of(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename)
    inside = path.is_relative_to(PACKAGE.parent) and ".venv" not in path.parts
    return path.relative_to(PACKAGE.parent).as_posix() if inside else ""


def count_way() -> dict[str, float]:
    """Calls and modules of one paragraph's way, once all is loaded."""
    article = read_article(PACKAGE.parent / "data/articles/grok-deepfakes.txt")
    book = read_codebook(PACKAGE.parent / "data/codebooks/uk-online-safety.yml")
    body = [p.text for p in find_paragraphs(article.text) if p.kind == "body"]
    one = article._replace(text=max(body, key=len), kinds=())
    for _ in "ab":
        calls = [*calls_of(lambda: Analysis(one, book).stance_rows)]
    return {
        "calls of one paragraph": len(calls),
        "functions on its way": len({call[1:] for call in calls}),
        "modules on its way": len({own for _, own, _ in calls}),
        "calls into another module": sum(a not in (b, "") for a, b, _ in calls),
    }


if __name__ == "__main__":
    for what, number in {**count(), **count_way()}.items():
        print(f"{number:8,g}  {what}")
