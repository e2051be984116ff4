"""The recipes at the beginning of docs/hosting.md: their lines, as they stand there, are enough to start."""

import re
from pathlib import Path

import pytest

from echoes.settings import Settings, SettingsError, load_settings
from tests.settings.test_refusals import GOOD

HOSTING = Path(__file__).parents[2] / "docs/hosting.md"
GIVEN = {
    "ECHOES_SECRET_KEY": GOOD["SECRET_KEY"],
    "ECHOES_OIDC_CLIENT_ID": "echoes",
    "ECHOES_OIDC_CLIENT_SECRET": "a secret of the provider's",
    "ECHOES_STRIPE_SECRET_KEY": "sk_live_1",
    "ECHOES_STRIPE_WEBHOOK_SECRET": "whsec_1",
}
"""What a recipe leaves to be filled in."""
RECIPES = ("At home", "A small server with https", "A service that sells")


def recipe(title: str) -> str:
    """Its block of lines."""
    text = HOSTING.read_text(encoding="utf-8").partition(f"### {title}\n")[2]
    return text.partition("```sh\n")[2].partition("```")[0]


def filled_in(title: str) -> str:
    return re.sub(
        r"^(ECHOES_\w+)=\s*#.*$",
        lambda line: f'{line[1]}="{GIVEN[line[1]]}"',
        recipe(title),
        flags=re.MULTILINE,
    )


def load(folder: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> Settings:
    (folder / ".env").write_text(lines)
    monkeypatch.setenv("ECHOES_ENV_FILE", str(folder / ".env"))
    return load_settings()


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_starts(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load(tmp_path, monkeypatch, filled_in(title)).is_local


@pytest.mark.parametrize("title", RECIPES)
def test_what_it_leaves_open_is_asked_for_and_no_more(
    title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, monkeypatch, recipe(title))
    asked = {line.split()[0] for line in str(refused.value).splitlines()}
    left_open = set(re.findall(r"^(ECHOES_\w+)=\s*#", recipe(title), flags=re.MULTILINE))
    assert asked <= left_open
    assert "ECHOES_SECRET_KEY" in asked


@pytest.mark.parametrize("title", RECIPES)
def test_each_of_its_lines_is_a_setting(title: str) -> None:
    named = re.findall(r"^ECHOES_(\w+)=", recipe(title), flags=re.MULTILINE)
    assert {name.lower() for name in named} <= set(Settings.model_fields)
    assert len(named) > 5
