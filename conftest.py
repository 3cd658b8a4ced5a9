"""What several test files share."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings

from analysis.corpus import pool, worker

settings.register_profile("busy", deadline=None)  # a machine may do other things too
settings.load_profile("busy")


@pytest.fixture
def here(monkeypatch):
    """Work in this process, three articles a batch."""
    monkeypatch.setattr(worker, "ARTICLES", 3)

    class Here:
        status = "running"

        def get_executor(self, pure):
            return ThreadPoolExecutor(1)

        def nthreads(self):
            return {"here": 1}

    monkeypatch.setattr(pool, "_bring_package", lambda client: None)
    return Here()


@pytest.fixture(autouse=True)
def close_figures():
    """No test leaves charts open for the next."""
    yield
    if plot := sys.modules.get("matplotlib.pyplot"):
        plot.close("all")


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    """What tests keep is theirs: nothing comes from a person's own cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THROUGHLINE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
