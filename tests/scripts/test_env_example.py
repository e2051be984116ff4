"""`.env.example` says what the settings say, of every one that an operator may set."""

from pathlib import Path

import pytest

from echoes.settings import Settings, load_settings
from scripts import env_example
from scripts.toolchain import ROOT


def test_it_is_what_the_settings_say() -> None:
    """If not: `python -m scripts.env_example` writes it anew."""
    assert env_example.EXAMPLE.read_text(encoding="utf-8") == env_example.example()


def test_every_setting_has_its_place_and_its_help() -> None:
    shown = [name for names in env_example.GROUPS.values() for name in names]
    assert sorted([*shown, *env_example.LEFT_OUT]) == sorted(Settings.model_fields)
    assert not [name for name, said in env_example.help_of_settings().items() if not said]


def test_its_lines_taken_as_they_are_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who takes the # away, and no more, gets another Echoes than before."""
    for name in ("ECHOES_DATA_DIR", "ECHOES_CLIP_SECONDS"):
        monkeypatch.delenv(name, raising=False)
    before = load_settings()
    lines = env_example.EXAMPLE.read_text(encoding="utf-8").splitlines()
    (tmp_path / "all.env").write_text(
        "\n".join(line.removeprefix("#") for line in lines if line[1:7] == "ECHOES")
    )
    monkeypatch.setenv("ECHOES_ENV_FILE", str(tmp_path / "all.env"))
    assert load_settings() == before


def test_hosting_names_every_setting_that_it_shows() -> None:
    hosting = (ROOT / "docs/hosting.md").read_text(encoding="utf-8")
    providers = (ROOT / "docs/providers.md").read_text(encoding="utf-8")
    shown = {f"ECHOES_{name.upper()}" for names in env_example.GROUPS.values() for name in names}
    assert not [name for name in shown if f"`{name}`" not in hosting + providers]
