"""How many images are worked on at a time, on machines and in containers of every kind."""

import os

import pytest

from contrast_engine.cli.parser import MOST_WORKERS
from contrast_engine.errors import OptionError
from contrast_engine.steps import cores, parallel
from contrast_engine.steps.cores import VARIABLE, free_memory, processor_share, workers

GB = 1 << 30


@pytest.fixture(autouse=True)
def large_machine(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(os, "process_cpu_count", lambda: 64, raising=False)
    monkeypatch.setattr(cores, "processor_share", lambda: None)
    monkeypatch.setattr(cores, "free_memory", lambda: 64 * GB)


@pytest.fixture
def files(tmp_path):
    def make(**texts):
        for name, text in texts.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="ascii")
        return tmp_path, tmp_path / "membership"

    return make


@pytest.mark.parametrize(
    ("share", "expected"), [(None, 64), (0.2, 1), (1.0, 1), (1.5, 2), (2.0, 2), (7.5, 8), (900, 64)]
)
def test_a_container_counts_as_many_cores_as_it_has_time_for(share, expected, monkeypatch):
    monkeypatch.setattr(cores, "processor_share", lambda: share)
    assert cores.cores() == expected


@pytest.mark.parametrize("allowed", [1, 3, 64])
def test_only_cores_this_process_may_use_count(allowed, monkeypatch):
    monkeypatch.delattr(os, "process_cpu_count", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(allowed)), raising=False)
    assert cores.cores() == allowed


@pytest.mark.parametrize(("count", "expected"), [(None, 1), (1, 1), (12, 12)])
def test_a_system_that_only_knows_its_cores_is_asked_for_those(count, expected, monkeypatch):
    monkeypatch.delattr(os, "process_cpu_count", raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    assert cores.cores() == expected


@pytest.mark.parametrize(
    ("free", "expected"),
    [(None, cores.MOST), (64 * GB, cores.MOST), (GB, 4), (300 << 20, 1), (0, 1)],
)
def test_memory_that_is_free_limits_the_workers(free, expected, monkeypatch):
    monkeypatch.setattr(cores, "free_memory", lambda: free)
    assert workers() == expected


def test_the_help_names_the_most_there_are():
    assert cores.MOST == MOST_WORKERS


@pytest.mark.parametrize("number", [1, 5, 40])
def test_a_number_that_was_asked_for_is_taken_as_it_is(number, monkeypatch):
    monkeypatch.setattr(cores, "free_memory", lambda: 0)
    monkeypatch.setenv(VARIABLE, str(number))
    assert workers() == number
    assert workers(7) == 7


@pytest.mark.parametrize("text", ["0", "-2", "two", "1.5", "²"])
def test_what_is_no_number_of_workers_is_refused_with_its_name(text, monkeypatch):
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(OptionError, match=f"{VARIABLE} must be a whole number of at least 1"):
        workers()
    with pytest.raises(OptionError, match="workers must be"):
        workers(0)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({}, None),
        ({"membership": "0::/\n", "cpu_dot_max": "max 100000"}, None),
        ({"membership": "0::/\n", "cpu_dot_max": "150000 100000"}, 1.5),
        ({"membership": "0::/a/b\n", "a__b__cpu_dot_max": "max 100000"}, None),
        ({"membership": "0::/a/b\n", "a__cpu_dot_max": "50000 100000"}, 0.5),
        (
            {"membership": "0::/a/b\n", "a__cpu_dot_max": "300000 100000",
             "a__b__cpu_dot_max": "400000 100000"},
            3.0,
        ),
        (
            {"membership": "7:memory:/m\n4:cpu,cpuacct:/box\n",
             "cpu__box__cpu_dot_cfs_quota_us": "250000",
             "cpu__box__cpu_dot_cfs_period_us": "100000"},
            2.5,
        ),
        (
            {"membership": "4:cpu,cpuacct:/not/mounted\n", "cpu__cpu_dot_cfs_quota_us": "-1",
             "cpu__cpu_dot_cfs_period_us": "100000"},
            None,
        ),
        ({"membership": "0::/\n", "cpu_dot_max": "nonsense"}, None),
    ],
)  # fmt: skip
def test_the_limits_of_control_groups_are_read(texts, expected, files):
    folders, membership = files(**texts)
    assert processor_share(folders, membership) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({}, None),
        ({"table": "MemTotal: 8000 kB\nMemAvailable:   2048 kB\n"}, 2 << 20),
        (
            {"table": "MemAvailable: 999999 kB\n", "membership": "0::/\n",
             "memory_dot_max": "5000", "memory_dot_current": "4000",
             "memory_dot_stat": "anon 3\ninactive_file 500\n"},
            1500,
        ),
        (
            {"table": "MemAvailable: 1 kB\n", "membership": "0::/\n", "memory_dot_max": "max",
             "memory_dot_current": "4000"},
            1024,
        ),
        ({"membership": "0::/\n", "memory_dot_max": "10", "memory_dot_current": "11"}, 0),
    ],
)  # fmt: skip
def test_free_memory_is_what_machine_and_container_leave(texts, expected, files):
    folders, membership = files(**texts)
    assert free_memory(folders / "table", folders, membership) == expected


@pytest.mark.parametrize("count", [1, 2, 3, 16])
def test_answers_come_in_the_order_of_the_questions(count):
    found = list(parallel.side_by_side(lambda n: n * n, range(100), count))
    assert found == [(n, n * n) for n in range(100)]
