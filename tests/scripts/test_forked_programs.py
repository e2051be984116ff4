"""Programs of tests that are forked (tests/support/zygote): a failure is said, and leaves others alone."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import SHARED_SERVERS
from tests.support.zygote.client import Zygote, of_interpreters
from tests.support.zygote.server import Start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="programs are forked on Linux alone"),
]


@pytest.fixture
def zygote() -> Iterator[Zygote]:
    started = Zygote(["platform"], of_interpreters(dict(os.environ)))
    yield started
    started.end()
    SHARED_SERVERS.discard(started.process_id)


def says(zygote: Zygote, folder: Path, output: Path) -> int:
    """`python -m platform`, whose words go to a file."""
    start = Start(["-m", "platform"], dict(os.environ), str(folder), own_session=False)
    with output.open("wb") as written, Path(os.devnull).open("rb") as nothing:
        return zygote.fork(start, [nothing.fileno(), written.fileno(), written.fileno()])


def test_a_program_that_cannot_begin_leaves_the_next_one_alone(zygote: Zygote, tmp_path: Path) -> None:
    output = tmp_path / "output"
    assert says(zygote, tmp_path / "not there", output) == 0
    process_id = says(zygote, tmp_path, output)
    assert os.waitpid(process_id, 0) == (process_id, 0)
    assert output.read_text().startswith("Linux")


def test_once_it_has_gone_none_is_started(zygote: Zygote, tmp_path: Path) -> None:
    os.kill(zygote.process_id, signal.SIGKILL)
    assert says(zygote, tmp_path, tmp_path / "output") == 0
