"""Workers that are killed: the corpus goes on, no row is lost and none comes twice."""

import os
import signal
from multiprocessing import active_children

import dask
import distributed
import pytest
from pandas.testing import assert_frame_equal

from analysis import corpus
from analysis.corpus import pool, worker
from tests.test_faults import everything, odd_rows, run

assert odd_rows  # a fixture: every kind of bad row among good ones


@pytest.fixture
def client(tmp_path):
    """Two workers, each with a nanny that starts another when it dies."""
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=tmp_path,
        ) as cluster,
        distributed.Client(cluster) as connected,
    ):
        yield connected


@pytest.fixture
def whole(odd_rows, tmp_path, monkeypatch):
    """The tables of a run in which nothing happens, two articles a batch."""
    monkeypatch.setattr(worker, "ARTICLES", 2)
    return everything(run(odd_rows, tmp_path / "whole", None))


def forgive(client, deaths):
    """Let a batch be given to others until more workers than that have died of it."""

    def settle(dask_scheduler):
        dask_scheduler.allowed_failures = deaths

    client.run_on_scheduler(settle)


def kill_one(client, flag):
    """Let one worker be killed in the middle of its third batch."""

    class Killer(distributed.WorkerPlugin):  # within a function: so it goes by value
        name, begun = "killer", 0

        def transition(self, key, start, finish, **more):
            self.begun += finish == "executing" and "analyse_part" in str(key)
            if self.begun == 3 and not os.path.exists(flag):
                open(flag, "x").close()
                os.kill(os.getpid(), signal.SIGKILL)

    client.register_plugin(Killer())


def watch_parts(monkeypatch, then=lambda written: None):
    """The parts that are written; `then` is done after each."""
    real, written = corpus._write_part, []

    def write(out, name, *rest):
        real(out, name, *rest)
        written.append(name)
        then(written)

    monkeypatch.setattr(corpus, "_write_part", write)
    return written


def assert_whole(out, whole):
    found = everything(out)
    for table in whole:
        assert_frame_equal(found[table], whole[table])


def test_a_corpus_goes_on_after_a_process_of_this_machine_was_killed(
    odd_rows, whole, tmp_path, monkeypatch
):
    def kill(written):
        if len(written) == 4:
            os.kill(active_children()[0].pid, signal.SIGKILL)

    with monkeypatch.context() as patch:
        first = watch_parts(patch, kill)
        with pytest.raises(RuntimeError, match="a worker process died.*run again"):
            run(odd_rows, tmp_path / "out", None)
    again = watch_parts(monkeypatch)
    assert_whole(run(odd_rows, tmp_path / "out", None), whole)
    assert len(first) >= 4 and again and not {*first} & {*again}


def test_another_worker_does_what_a_killed_one_had(
    odd_rows, whole, client, tmp_path, monkeypatch
):
    kill_one(client, tmp_path / "killed")
    written = watch_parts(monkeypatch)
    out = run(odd_rows, tmp_path / "out", client)
    assert (tmp_path / "killed").exists() and len(written) == len({*written}) > 10
    assert_whole(out, whole)


def test_a_corpus_that_a_dead_worker_stopped_goes_on(
    odd_rows, whole, client, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    kill_one(client, tmp_path / "killed")
    forgive(client, 0)
    with monkeypatch.context() as patch:
        first = watch_parts(patch)
        with pytest.raises(distributed.KilledWorker):
            run(odd_rows, out, client)
    forgive(client, 3)
    again = watch_parts(monkeypatch)
    run(odd_rows, out, client)
    assert first and again and not {*first} & {*again}
    assert_whole(out, whole)


def lose_workers(client, number):
    """When so many parts are written, all workers die, and none comes in their place.

    A cluster gives up a worker that is not back in time: here, that is away at all.
    """

    def lose(written):
        if len(written) == number:
            with dask.config.set({"distributed.deploy.lost-worker-timeout": "0s"}):
                for pid in client.run(os.getpid).values():
                    os.kill(pid, signal.SIGKILL)
                while client.cluster.workers:
                    client.nthreads()

    return lose


def test_a_corpus_that_no_worker_is_left_to_do_ends_and_goes_on_later(
    odd_rows, whole, client, tmp_path, monkeypatch
):
    monkeypatch.setattr(pool, "LOOK", 0.1)
    with monkeypatch.context() as patch:
        patch.setattr(pool, "PATIENCE", 0)
        first = watch_parts(patch, lose_workers(client, 3))
        with (
            pytest.warns(UserWarning, match="no worker"),
            pytest.raises(RuntimeError, match="lost all its workers.*run again"),
        ):
            run(odd_rows, tmp_path / "out", client)
    client.cluster.scale(1)
    again = watch_parts(monkeypatch)
    assert_whole(run(odd_rows, tmp_path / "out", client), whole)
    assert len(first) >= 3 and again and not {*first} & {*again}


def test_a_corpus_waits_for_a_worker_that_comes_back(
    odd_rows, whole, client, tmp_path, monkeypatch
):
    real, counts = pool.count_threads, []

    def count(client):
        counts.append(real(client))
        if not counts[-1]:
            client.cluster.scale(1)
            client.wait_for_workers(1)
        return counts[-1]

    monkeypatch.setattr(pool, "count_threads", count)
    monkeypatch.setattr(pool, "LOOK", 0.1)
    written = watch_parts(monkeypatch, lose_workers(client, 3))
    out = run(odd_rows, tmp_path / "out", client)
    assert 0 in counts and len(written) == len({*written}) > 10
    assert_whole(out, whole)


def test_a_cluster_that_closes_says_how_to_go_on(
    odd_rows, client, tmp_path, monkeypatch
):
    written = watch_parts(monkeypatch, lambda written: client.close())
    with pytest.raises(RuntimeError, match="the cluster has closed.*run again"):
        run(odd_rows, tmp_path / "out", client)
    assert written


def test_as_many_batches_are_under_way_as_there_are_workers_now():
    counts = iter([0, 2, 20])
    asked = pool.Pool(None, lambda: next(counts))
    assert [asked.ahead() for _ in range(3)] == [3, 6, 60]
