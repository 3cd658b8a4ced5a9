"""The lists of packages say the same, and what is installed is what is meant."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from analysis.__main__ import main

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
PIN = re.compile(r"^([\w.-]+)==(\S+)(?: ; .+)? \\\n +--hash=sha256:[0-9a-f]{64}", re.M)


def name(package: str) -> str:
    return re.match(r"[\w-]+", package)[0].lower().replace("_", "-")


def named(*lists: list[str]) -> set[str]:
    return {name(package) for packages in lists for package in packages}


def locked(file: str) -> set[tuple[str, str]]:
    text = (ROOT / file).read_text()
    pins = PIN.findall(text)
    assert len(pins) == len(re.findall(r"^[^#\s]", text, re.M))  # each with its hash
    return set(pins)


def conda() -> list:
    return yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]


USERS, TESTS = locked("requirements.txt"), locked("requirements-test.txt")
FOR_USERS = named(PROJECT["dependencies"], EXTRAS["notebooks"])


def test_users_get_the_package_and_its_notebooks_and_no_tools_of_tests():
    installed = {package for package, _ in USERS}
    assert installed >= FOR_USERS
    tools = named(EXTRAS["test"], EXTRAS["cluster"]) - {"nbformat"}  # papermill's too
    assert not installed & tools


def test_testers_get_the_same_and_what_tests_need():
    assert TESTS >= USERS
    assert {p for p, _ in TESTS} >= named(EXTRAS["test"], EXTRAS["cluster"])


def test_conda_has_what_users_get_at_the_same_versions():
    pairs = [x.split("=") for x in conda() if isinstance(x, str) and "=" in x]
    versions = {name(package): version for package, version in pairs}
    assert PROJECT["requires-python"].endswith(versions.pop("python"))
    assert versions.keys() == FOR_USERS
    for package, version in USERS:
        if package in versions:
            assert f"{version}.".startswith(f"{versions[package]}."), package


def test_conda_installs_the_package_itself_last():
    assert conda()[-1] == {"pip": ["-e ."]}


@pytest.mark.parametrize(
    "file",
    ["requirements.txt", "requirements-test.txt", "environment.yml", "pyproject.toml"],
)
def test_no_list_holds_an_address(file):
    assert not re.search(r"://|--(extra-)?index|find-links", (ROOT / file).read_text())


def test_the_console_has_a_command():
    assert PROJECT["scripts"] == {"throughline": "analysis.__main__:main"}
    assert callable(main)


COMPILE = """
from pathlib import Path
for path in Path("analysis").rglob("*.py"):
    compile(path.read_text("utf-8"), str(path), "exec")
"""


@pytest.mark.parametrize("number", ["3.12", "3.13", "3.14"])
def test_newer_pythons_take_the_source_without_a_warning(number):
    command = [f"python{number}", "-W", "error", "-c", COMPILE]
    chosen = os.environ | {"PYENV_VERSION": number}  # where pyenv keeps several
    try:
        done = subprocess.run(command, cwd=ROOT, env=chosen, capture_output=True)
    except FileNotFoundError:
        done = None
    if done is None or done.returncode == 127:
        pytest.skip(f"no Python {number} here")
    assert done.returncode == 0, done.stderr.decode()
