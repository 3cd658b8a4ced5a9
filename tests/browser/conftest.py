"""JupyterLab on this machine with throw-away settings, and Chromium to drive it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
BROWSER = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTS_WITHIN = 90  # seconds


@pytest.fixture(scope="session")
def lab(tmp_path_factory) -> Iterator[str]:
    """The address of a JupyterLab that works on a copy of the notebooks."""
    home = tmp_path_factory.mktemp("lab")
    for name in ("analysis", "benchmarks", "tests"):
        (home / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "docs", home / "docs")  # pictures behind a link are refused
    _copy_data(home / "data")
    ignored = shutil.ignore_patterns(".ipynb_checkpoints")
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=ignored)
    port = _free_port()
    with open(home / "lab.log", "w") as log:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
                *("--IdentityProvider.token=", "--ServerApp.password="),
                f"--ServerApp.root_dir={home}",
                "--LabApp.expose_app_in_browser=True",
            ],
            env=_environment(home / "settings"),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/api/status", home / "lab.log")
        yield f"http://127.0.0.1:{port}/lab/tree/notebooks"
    finally:
        server.terminate()
        server.wait(90)


@pytest.fixture(scope="session")
def chromium():
    """A headless browser of the system's; skipped, with the reason, where missing."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("chromium is missing: install Debian's package chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A page that reaches this machine only."""
    context = chromium.new_context(viewport={"width": 1300, "height": 1400})
    page = context.new_page()
    page.route("**/*", _local_only)
    yield page
    context.close()


def _copy_data(home: Path) -> None:
    """The data, of which articles may be written beside; none are a person's own."""
    home.mkdir()
    for folder in (ROOT / "data").iterdir():
        if folder.name == "articles":
            beside = shutil.ignore_patterns("*.corrections.csv", "*.codebook.yml")
            shutil.copytree(folder, home / folder.name, ignore=beside)
        elif folder.name != "private":
            (home / folder.name).symlink_to(folder)


def _local_only(route) -> None:
    here = ("http://127.0.0.1", "data:", "blob:")
    if route.request.url.startswith(here):
        route.continue_()
    else:
        route.abort()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _environment(home: Path) -> dict[str, str]:
    """The environment with all of Jupyter's folders in a place of its own."""
    override = home / "lab" / "@jupyterlab" / "apputils-extension"
    override.mkdir(parents=True)
    file = override / "notification.jupyterlab-settings"
    file.write_text(json.dumps(SETTINGS), encoding="utf-8")
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "lab",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    own = {name: str(home / folder) for name, folder in folders.items()}
    return os.environ | own | {"NO_PROXY": "127.0.0.1,localhost"}


def _wait(address: str, log: Path) -> None:
    """Until the server answers."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        try:
            direct.open(address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
