"""The .env file: read for what the environment does not say, and refused in sentences."""

from pathlib import Path

import pytest

from echoes.settings import ASSETS, SettingsError, env_file, load_settings


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where .env is looked for, as if this were the working directory."""
    monkeypatch.delenv("ECHOES_ENV_FILE")
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".env"


def test_its_lines_are_settings(env: Path) -> None:
    env.write_text(
        "# mine\n\nECHOES_PORT=3100\nexport ECHOES_OIDC_NAME='Our family'\n"
        'ECHOES_SECRET_KEY="a # and ${HOME} stay" # said by hand\nFAL_KEY=of-fals-own-name\n'
        "ECHOES_CLIP_SECONDS=2.5\r\nECHOES_STRIPE_TEST_MODE=true\nSOMETHING_ELSE=1\n"
    )
    settings = load_settings()
    assert (settings.port, settings.oidc_name, settings.clip_seconds) == (3100, "Our family", 2.5)
    assert settings.secret_key.get_secret_value() == "a # and ${HOME} stay"
    assert settings.fal_key.get_secret_value() == "of-fals-own-name"
    assert settings.stripe_test_mode
    assert settings.public_url == "http://localhost:3100"


def test_the_environment_wins(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env.write_text("ECHOES_PORT=3100\nECHOES_RUNWAY_API_SECRET=of the file\n")
    monkeypatch.setenv("ECHOES_PORT", "3200")
    monkeypatch.setenv("RUNWAYML_API_SECRET", "of the environment, by the other name")
    settings = load_settings()
    assert settings.port == 3200
    assert settings.runway_api_secret.get_secret_value() == "of the environment, by the other name"


def test_a_wrong_value_is_a_sentence_as_from_the_environment(env: Path) -> None:
    env.write_text("ECHOES_PORT=many\nECHOES_REDIS_URL=http://nowhere\n")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert "ECHOES_PORT must be a whole number from 1 to 65,535." in str(refusal.value)
    assert "ECHOES_REDIS_URL must begin with" in str(refusal.value), "all that is wrong, at once"


@pytest.mark.parametrize("line", ["ECHOES_SECRET_KEY hunter2", 'ECHOES_SECRET_KEY="hunter2', "=hunter2"])
def test_a_line_that_cannot_be_read_is_named_without_what_it_says(env: Path, line: str) -> None:
    env.write_text(f"# mine\n\n\n{line}\nECHOES_PORT=many\n")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert f"{env}, line 4, must be NAME=value" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)
    assert "ECHOES_PORT" in str(refusal.value)


@pytest.mark.parametrize("content", [b"ECHOES_PORT=\xff\xfe\n", b"E\x00\x00\x80"])
def test_what_is_no_text_is_a_sentence(env: Path, content: bytes) -> None:
    env.write_bytes(content)
    with pytest.raises(SettingsError, match=r"\.env cannot be read: it must be text in UTF-8"):
        load_settings()


def test_another_file_can_be_named_and_must_be_there(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env.write_text("ECHOES_PORT=3100\n")
    other = env.with_name("second.env")
    monkeypatch.setenv("ECHOES_ENV_FILE", str(other))
    with pytest.raises(SettingsError, match=r"second\.env cannot be read"):
        load_settings()
    other.write_text("ECHOES_PORT=3200\n")
    assert load_settings().port == 3200
    monkeypatch.setenv("ECHOES_ENV_FILE", "")
    assert load_settings().port == 3000


def test_it_is_looked_for_here_and_then_beside_the_example(env: Path) -> None:
    assert env_file.find() in (None, ASSETS.parent / ".env")
    env.touch()
    assert env_file.find() == env
