"""What the source never does: run data as code, a shell, or text as HTML unescaped."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.stance.model import MODEL
from analysis.tables import RESOURCES

ROOT = Path(__file__).parents[1]
SOURCE = [
    path
    for folder in ("analysis", "benchmarks", "data")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
CALLS |= {"yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load"}
CALLS |= {"tempfile.mktemp", "pandas.read_pickle", "pd.read_pickle"}


def name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def faults(tree: ast.AST) -> list[str]:
    """Imports and calls that run data as code, or a shell."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.split(".")[0] in MODULES]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found += [module] if module.split(".")[0] in MODULES else []
            whole = (f"{module}.{a.name}" for a in node.names)
            found += [name for name in whole if name in CALLS]
        elif isinstance(node, ast.Call):
            name = name_of(node.func)
            found += [name] if name in CALLS else []
            options = {o.arg: getattr(o.value, "value", True) for o in node.keywords}
            for option in ("shell", "allow_pickle", "trust_remote_code"):
                found += [option] if options.get(option) else []
            safe = name_of(next((o.value for o in node.keywords), ast.Name("")))
            if name == "yaml.compose" and not safe.endswith("SafeLoader"):
                found.append(name)
    return found


@pytest.mark.parametrize("path", SOURCE, ids=lambda p: p.stem)
def test_no_data_is_run_as_code(path):
    assert not faults(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from pickle import loads",
        "eval(text)",
        "yaml.load(text)",
        "from yaml import load",
        "from os import system",
        "from pickle.x import y",
        "yaml.compose(text)",
        "subprocess.run(text, shell=True)",
        "subprocess.run(text, shell=flag)",
        "subprocess.run(text, shell=1)",
        "os.system(text)",
        "np.load(path, allow_pickle=True)",
    ],
)
def test_the_walk_finds_what_it_is_for(code):
    assert faults(ast.parse(code))
    assert not faults(ast.parse("yaml.compose(text, Loader=yaml.SafeLoader)"))


def test_nobody_writes_another_escape_of_html():
    for path in SOURCE:
        text = path.read_text("utf-8")
        assert '"&lt;"' not in text and "'&lt;'" not in text, path.name


def test_the_model_says_nothing_of_the_machine_that_made_it():
    data = (RESOURCES / MODEL).read_bytes()
    assert b"site-packages" not in data and b"pack_stance.py" not in data


def test_nothing_is_sent_and_no_id_is_kept_by_what_runs_the_model(tmp_path):
    """A newer onnxruntime reports its use and keeps an id, unless told not to."""
    code = "from analysis.stance import score_target; score_target('X won.', 0, 1)"
    own = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG", "CI"))}
    subprocess.run([sys.executable, "-c", code], env=kept | own, check=True)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
