"""The three lists of packages say the same."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PIP_ONLY = {"playwright"}


def _pinned():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    rows = [line for line in lines if line and not line.startswith("#")]
    return {name.lower(): v for name, v in (row.split("==") for row in rows)}


def _conda():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    return dict(
        x.split("=", 1) for x in listed if isinstance(x, str) and x[-1].isdigit()
    )


def test_environment_and_requirements_name_the_same_versions():
    conda = _conda()
    conda.pop("python>", None)
    pinned = {k: v for k, v in _pinned().items() if k not in PIP_ONLY}
    assert set(conda) == set(pinned)
    for name, version in conda.items():
        assert f"{pinned[name]}.".startswith(f"{version}."), name


def test_every_dependency_of_the_package_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["cluster"], *extras["test"]]
    names = {re.match(r"[\w-]+", w)[0].lower() for w in wanted}
    assert names == set(_pinned())


def test_no_list_holds_an_address():
    for name in ("requirements.txt", "environment.yml", "pyproject.toml"):
        assert "://" not in (ROOT / name).read_text(), name


def test_conda_installs_the_package_itself_last():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert listed[-1] == {"pip": ["-e ."]}
