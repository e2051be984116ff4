"""What is set up already is not set up again, and what has changed is."""

import json
from pathlib import Path

import pytest

from scripts import environment, frontend


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual environment that says what was installed into it."""
    python = tmp_path / "python"
    python.touch()
    stamp = tmp_path / "installed.json"
    stamp.write_text(json.dumps({"fingerprint": environment.fingerprint(), "extras": ["dev"]}))
    monkeypatch.setattr(environment, "PYTHON", python)
    monkeypatch.setattr(environment, "STAMP", stamp)
    return stamp


class TestDependencies:
    @pytest.mark.parametrize("extras", [set(), {"dev"}], ids=["make run", "make test"])
    @pytest.mark.usefixtures("installed")
    def test_are_not_installed_twice(self, extras: set[str]) -> None:
        assert environment.is_installed(extras, environment.fingerprint())

    @pytest.mark.usefixtures("installed")
    def test_are_installed_when_pins_have_changed(self) -> None:
        assert not environment.is_installed(set(), "another")

    def test_are_installed_when_tests_need_more(self, installed: Path) -> None:
        installed.write_text(json.dumps({"fingerprint": environment.fingerprint(), "extras": []}))
        assert not environment.is_installed({"dev"}, environment.fingerprint())

    def test_are_installed_when_the_environment_is_gone(self, installed: Path) -> None:
        (installed.parent / "python").unlink()
        assert not environment.is_installed(set(), environment.fingerprint())


class TestFrontEnd:
    @pytest.fixture
    def sources(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        (tmp_path / "echoes").mkdir()
        (tmp_path / "echoes/page.py").write_text("one")
        (tmp_path / "rxconfig.py").write_text("config")
        monkeypatch.setattr(frontend, "ROOT", tmp_path)
        return tmp_path

    def test_is_the_same_while_nothing_changes(self, sources: Path) -> None:
        before = frontend.fingerprint()
        (sources / "echoes/__pycache__").mkdir()
        (sources / "echoes/__pycache__/page.pyc").write_text("compiled")
        (sources / "data").mkdir()
        (sources / "data/echoes.db").write_text("rows")
        assert frontend.fingerprint() == before

    def test_is_another_after_an_edit_of_the_same_length(self, sources: Path) -> None:
        before = frontend.fingerprint()
        (sources / "echoes/page.py").write_text("two")
        assert frontend.fingerprint() != before

    def test_is_another_when_a_file_is_renamed(self, sources: Path) -> None:
        before = frontend.fingerprint()
        (sources / "echoes/page.py").rename(sources / "echoes/leaf.py")
        assert frontend.fingerprint() != before

    def test_is_built_without_the_settings_of_this_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ECHOES_SECRET_KEY", "a secret that must not get into a bundle")
        environment = frontend.build_environment()
        ours = {name: value for name, value in environment.items() if name.startswith("ECHOES_")}
        assert ours == {"ECHOES_ENV_FILE": ""}, "nor with those in .env"
        assert environment["REFLEX_TELEMETRY_ENABLED"] == "false"
        assert environment["REFLEX_USE_NPM"] == "true"
