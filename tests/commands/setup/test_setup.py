"""`echoes setup` as people run it: in a terminal, or with flags."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path

import pytest

from echoes import providers
from echoes.commands.setup import run
from echoes.commands.setup.sample_clip import make_sample_clip
from echoes.errors import BadInput
from echoes.providers.base import Model, NotConfigured
from echoes.settings import get_settings
from tests.commands.conftest import Echoes

pytestmark = pytest.mark.slow

Typed = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def typed(here: Path) -> Typed:
    """What somebody types, a line each."""

    def start(*lines: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "echoes", "setup"]
        text = "".join(f"{line}\n" for line in lines)
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False)

    return start


def test_a_place_at_home_is_ready_after_two_answers(here: Path, echoes: Echoes) -> None:
    made = echoes("setup", "--yes", "--no-clip", "--answer", "place=home", "--answer", "address=echoes.local")
    assert made.returncode == 0, made.stdout + made.stderr
    assert "✗" not in made.stdout
    assert (here / ".env").stat().st_mode & 0o077 == 0
    assert {path.name for path in (here / "data" / "recipes").iterdir()} == {
        "echoes.service", "echoes-compose.yaml",
    }  # fmt: skip
    assert (here / "data" / "certificates" / "authority.crt").exists()
    (link,) = [line.strip() for line in made.stdout.splitlines() if "/join/" in line]
    assert link.startswith("https://echoes.local:3000/join/")
    with closing(sqlite3.connect(here / "data" / "echoes.db")) as connection:
        assert connection.execute("SELECT role, most_uses FROM invitations").fetchall() == [("operator", 1)]
    assert link.rpartition("/")[2] not in (here / "data" / "echoes.db").read_bytes().decode("latin-1")


def test_in_a_terminal_it_asks_again_until_an_answer_makes_sense(here: Path, typed: Typed) -> None:
    made = typed("moon", "computer", "mine", "nowhere", "4000", "motion", "y", "n")
    assert made.returncode == 0, made.stdout + made.stderr
    assert "Please choose one of computer, home, server, service." in made.stdout
    assert "Please type a number from 1 to 65535." in made.stdout
    assert "✓ It came:" in made.stdout
    assert "http://localhost:4000" in made.stdout
    assert "/join/" not in made.stdout
    assert (here / "mine" / "echoes.db").exists()


def set_up(file: Path, known: dict[str, str], confirmed: bool, said: list[str]) -> bool:
    return run.set_up(file, known, said.append, lambda _: confirmed, is_asking=False, has_clip=False)


def test_answers_that_do_not_go_together_write_nothing(here: Path) -> None:
    """A passkey belongs to a name, not to a number."""
    with pytest.raises(BadInput, match="passkeys belong to a name"):
        set_up(here / ".env", {"place": "home", "address": "192.168.1.20"}, True, [])
    assert list(here.iterdir()) == []


def test_an_env_file_is_replaced_only_after_a_yes(here: Path) -> None:
    said: list[str] = []
    (here / ".env").write_text("ECHOES_PORT=4000\n")
    assert not set_up(here / ".env", {"place": "computer"}, False, said)
    assert said == ["Nothing was changed."]
    assert [path.name for path in here.iterdir()] == [".env"]
    assert (here / ".env").read_text() == "ECHOES_PORT=4000\n"


class Unconfigured:
    """A provider whose key is not the right one."""

    title, models, poll_seconds = "Example", (Model(name="one", title="One", sizes=((1280, 720),)),), 0.01

    def connect(self, folder: Path) -> AbstractAsyncContextManager[None]:
        raise NotConfigured("401: this key is not known")


def test_a_provider_that_refuses_the_key_is_said(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(providers, "get_provider", lambda _: Unconfigured())
    assert not make_sample_clip(get_settings(), said.append)
    assert said[-1] == "✗ Example did not make it: 401: this key is not known"
