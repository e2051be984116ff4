"""Settings: defaults that need nothing, and every problem named at once."""

from pathlib import Path

import pytest

from echoes.settings import Settings, SettingsError, load_settings, signing_key
from echoes.settings.checks import problems_of


def test_the_default_needs_no_keys_and_no_services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ECHOES_DATA_DIR", str(tmp_path))
    settings = load_settings()
    assert settings.is_local
    assert settings.is_sqlite
    assert settings.database_url == f"sqlite:///{tmp_path / 'echoes.db'}"


def test_production_lists_all_that_is_wrong_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_MODE", "production")
    monkeypatch.setenv("ECHOES_SECRET_KEY", "short")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    for name in (
        "ECHOES_SECRET_KEY", "ECHOES_PUBLIC_URL", "ECHOES_OIDC_CLIENT_ID", "ECHOES_STRIPE_SECRET_KEY",
        "ECHOES_STRIPE_WEBHOOK_SECRET",
    ):  # fmt: skip
        assert name in str(refusal.value)
    assert "short" not in str(refusal.value)


def test_production_starts_with_real_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "MODE": "production",
        "ROLE": "web",
        "SECRET_KEY": "JwH0vkq2fD1bGm9sPzX5cT7yRn4eLa8u",
        "PUBLIC_URL": "https://echoes.example",
        "DATABASE_URL": "postgresql://echoes@db/echoes",
        "APP_DATABASE_URL": "postgresql://echoes_web@db/echoes",
        "OIDC_CLIENT_ID": "echoes",
        "OIDC_CLIENT_SECRET": "s" * 32,
        "STRIPE_SECRET_KEY": "sk_live_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
    }.items():
        monkeypatch.setenv(f"ECHOES_{name}", value)
    assert problems_of(load_settings()) == []


def test_production_does_not_believe_everybody_where_they_come_from() -> None:
    for proxies, is_wrong in {"*": True, "10.0.0.1, *": True, "10.0.0.1, 10.1.0.0/16": False}.items():
        problems = " ".join(problems_of(Settings(mode="production", trusted_proxies=proxies)))
        assert ("ECHOES_TRUSTED_PROXIES" in problems) == is_wrong


def test_production_takes_no_payments_that_nobody_proves() -> None:
    pages = " ".join(problems_of(Settings(mode="production", role="web", stripe_api_url="http://127.0.0.1")))
    for name in ("SECRET_KEY", "WEBHOOK_SECRET", "API_URL"):
        assert f"ECHOES_STRIPE_{name} must" in pages
    jobs = " ".join(problems_of(Settings(mode="production", role="worker")))
    assert "ECHOES_STRIPE_SECRET_KEY" in jobs, "jobs ask Stripe for orders whose webhook was lost"
    assert "ECHOES_STRIPE_WEBHOOK_SECRET" not in jobs


def test_pages_need_a_lesser_role_than_the_service() -> None:
    service = "postgresql://echoes:x@db/echoes"
    for app, is_lesser in {
        "postgresql://echoes_web:y@db/echoes": True,
        "postgresql://echoes_web:y@db/another": False,
        service: False,
        "": False,
    }.items():
        settings = Settings(mode="production", role="web", database_url=service, app_database_url=app)
        assert ("ECHOES_APP_DATABASE_URL" in " ".join(problems_of(settings))) == (not is_lesser)
    worker = Settings(mode="production", role="worker", database_url=service)
    assert "ECHOES_APP_DATABASE_URL" not in " ".join(problems_of(worker))


def test_whoever_serves_pages_needs_a_sign_in_service() -> None:
    def problems(**values: object) -> str:
        return " ".join(problems_of(Settings.model_validate({"mode": "production", **values})))

    for missing in ("ECHOES_OIDC_CLIENT_ID", "ECHOES_OIDC_CLIENT_SECRET"):
        assert missing in problems(role="web")
        assert missing not in problems(role="worker")
    assert "ECHOES_OIDC_ISSUER" in problems(oidc_issuer="http://id.example")
    assert "ECHOES_OIDC" not in problems(oidc_client_id="echoes", oidc_client_secret="secret")


def test_local_mode_answers_this_computer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_HOST", "192.168.1.20")
    with pytest.raises(SettingsError, match="ECHOES_HOST"):
        load_settings()


def test_a_malformed_value_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_CLIP_CONCURRENCY", "many")
    with pytest.raises(SettingsError, match="ECHOES_CLIP_CONCURRENCY"):
        load_settings()


def test_the_local_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = signing_key(settings)
    assert len(first) >= 48
    assert signing_key(settings) == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_configured_secret_wins(tmp_path: Path) -> None:
    assert signing_key(Settings(data_dir=tmp_path, secret_key="k" * 40)) == b"k" * 40  # type: ignore[arg-type]


def test_a_provider_without_its_key_is_named_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_PROVIDER", "runway")
    with pytest.raises(SettingsError, match="ECHOES_RUNWAY_API_SECRET must be set"):
        load_settings()
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_of_runways_own_name")
    assert load_settings().runway_api_secret.get_secret_value() == "key_of_runways_own_name"
    monkeypatch.setenv("ECHOES_RUNWAY_API_SECRET", "key_of_ours")
    assert load_settings().runway_api_secret.get_secret_value() == "key_of_ours"
    assert "key_of_ours" not in repr(load_settings())


def test_production_speaks_to_no_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_MODE", "production")
    monkeypatch.setenv("ECHOES_RUNWAY_BASE_URL", "http://127.0.0.1:4010")
    with pytest.raises(SettingsError, match="ECHOES_RUNWAY_BASE_URL must begin with https"):
        load_settings()
