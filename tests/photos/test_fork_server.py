"""Children of the fork server: apart from each other and from us, limited, and gone with whoever asked."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest

from echoes.photos import sandbox_runner
from echoes.photos.decoding.sandbox import MEMORY, PROCESSOR_SECONDS, SECONDS
from echoes.processes.child import FIRST_TO_GO, NICENESS
from echoes.processes.fork_client import ForkClient
from echoes.processes.runner import Ended
from tests.photos.conftest import StandIn
from tests.support.processes import PATIENCE, descendants, is_alive, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each picture starts an interpreter"),
]

WORK = """
import os, signal, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
(folder / str(os.getpid())).touch()
while not (folder / "go on").exists():
    time.sleep(0.01)
print(os.getppid())
"""
"""Says that it works, by its process id, and then waits for a word."""
LOOK = """
import json, os, resource
from echoes.photos.decoding.sandbox import limit_resources
limit_resources()
opened = [name for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")]
print(json.dumps({
    "limits": [resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in ("CPU", "AS", "CORE")],
    "open": sorted(opened), "input": os.readlink("/proc/self/fd/0"), "niceness": os.nice(0),
    "first to go": open("/proc/self/oom_score_adj").read().strip(), "environment": dict(os.environ),
    "threads of the server": len(os.listdir(f"/proc/{os.getppid()}/task")),
    "started with": open("/proc/self/environ").read(),
}))
"""
PARENT = """
import sys
from echoes.processes.fork_client import ForkClient
ForkClient({"PYTHONPATH": sys.argv[1]}).run("stand_in", sys.argv[2], 90)
"""


@pytest.fixture
def work(stand_in: StandIn, children: ForkClient, tmp_path: Path) -> Iterator["Work"]:
    with ThreadPoolExecutor() as pool:
        work = Work(children, stand_in(WORK), tmp_path / "work", pool)
        yield work
        work.go_on()


class Work:
    """Children that say that they work and wait."""

    def __init__(self, client: ForkClient, module: str, folder: Path, pool: ThreadPoolExecutor) -> None:
        self._client, self._module, self.folder, self._pool = client, module, folder, pool
        folder.mkdir()

    def begin(self) -> tuple[int, Future[Ended]]:
        before = self.at_work()
        future = self._pool.submit(self._client.run, self._module, str(self.folder), PATIENCE)
        wait_for(lambda: self.at_work() > before, "the child to begin")
        return (self.at_work() - before).pop(), future

    def at_work(self) -> set[int]:
        return {int(path.name) for path in self.folder.iterdir() if path.name.isdigit()}

    def go_on(self) -> None:
        (self.folder / "go on").touch()


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_two_children_of_one_server_work_at_once(work: Work) -> None:
    (first, one), (second, two) = work.begin(), work.begin()
    assert parent_of(first) == parent_of(second) in descendants()
    work.go_on()
    assert (one.result().code, two.result().code) == (0, 0)


def test_a_killed_child_takes_no_other_with_it(work: Work) -> None:
    (killed, one), (_, two) = work.begin(), work.begin()
    os.kill(killed, signal.SIGKILL)
    assert one.result().code == -signal.SIGKILL
    work.go_on()
    assert two.result().code == 0


def test_of_a_killed_server_nothing_stays_and_its_work_is_done_by_the_next(work: Work) -> None:
    child, future = work.begin()
    server = parent_of(child)
    os.kill(server, signal.SIGKILL)
    wait_for(lambda: work.at_work() > {child}, "another child to do the same")
    assert not is_alive(child)
    work.go_on()
    assert future.result().code == 0
    assert int(future.result().output) not in {server, 1, os.getpid()}


def test_a_server_that_cannot_live_is_a_fault_of_ours() -> None:
    with pytest.raises(RuntimeError, match="the fork server ended"):
        ForkClient({}, ["no.such.module"]).run("json.tool", "--help", PATIENCE)


def test_who_asks_in_a_thread_that_ends_leaves_the_server_to_others(
    work: Work, children: ForkClient, stand_in: StandIn
) -> None:
    said: list[Ended] = []
    module = stand_in("import os; print(os.getppid())", "parent")
    asking = Thread(target=lambda: said.append(children.run(module, "", PATIENCE)))
    asking.start()
    asking.join()
    child, _ = work.begin()
    assert parent_of(child) == int(said[0].output)


def test_when_time_is_over_the_child_is_dead_and_the_server_is_not(work: Work, children: ForkClient) -> None:
    child, _ = work.begin()
    with pytest.raises(TimeoutError):
        children.run("stand_in", str(work.folder), 0.3)
    (other,) = work.at_work() - {child}
    assert not is_alive(other)
    assert is_alive(child)


def test_a_server_that_is_closed_ends_after_its_children(work: Work, children: ForkClient) -> None:
    child, future = work.begin()
    server = parent_of(child)
    children.close()
    assert is_alive(server)
    work.go_on()
    assert future.result().code == 0
    wait_for(lambda: not is_alive(server), "the server to end")


@pytest.mark.parametrize("signaled", ["SIGSEGV", "SIGABRT"])
def test_after_a_crash_the_addresses_of_everything_are_others(
    work: Work, stand_in: StandIn, signaled: str
) -> None:
    child, future = work.begin()
    crash = stand_in(f"import os, signal; os.kill(os.getpid(), signal.{signaled})")
    assert sandbox_runner.run_sandboxed(crash, {}, PATIENCE)["unusable"] == "damaged"
    stand_in(WORK)
    other, _ = work.begin()
    assert parent_of(other) != parent_of(child)
    work.go_on()
    assert future.result().code == 0


def test_of_a_killed_parent_nothing_stays(work: Work, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "modules"), str(work.folder)]
    with subprocess.Popen(command) as parent:
        wait_for(work.at_work, "the child to begin")
        left = descendants(parent.pid)
        parent.kill()
    assert len(left) == 2
    wait_for(lambda: not any(map(is_alive, left)), "the server and its child to end")


def test_a_child_has_limits_and_nothing_of_ours_or_of_another_child(
    work: Work, stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_SECRET_KEY", "a secret of ours")
    with (tmp_path / "a file of ours").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        work.begin()
        seen = sandbox_runner.run_sandboxed(stand_in(LOOK, "look"), {}, PATIENCE)
    assert seen["limits"] == [[SECONDS, PROCESSOR_SECONDS], [MEMORY, MEMORY], [0, 0]]
    assert (seen["open"], seen["input"]) == (["0", "1", "2"], os.devnull)
    assert (seen["niceness"], seen["first to go"]) == (os.nice(0) + NICENESS, FIRST_TO_GO)
    assert set(seen["environment"]) - {"LC_CTYPE"} == set(sandbox_runner.ENVIRONMENT)
    assert "secret" not in seen["started with"]


def test_with_all_that_is_imported_the_server_has_one_thread(
    children: ForkClient, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a fork could take a lock along that nobody gives back."""
    preloading = ForkClient(sandbox_runner.ENVIRONMENT, sandbox_runner.PRELOADED)
    monkeypatch.setattr(sandbox_runner, "CHILDREN", preloading)
    assert sandbox_runner.run_sandboxed(stand_in(LOOK), {}, PATIENCE)["threads of the server"] == 1
    preloading.close()
