"""Configurations that must not start: each is refused by a sentence that names its setting."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from echoes.commands.doctor import examine
from echoes.settings import Settings, SettingsError, load_settings

GOOD = {
    "MODE": "production",
    "ROLE": "web",
    "SECRET_KEY": "JwH0vkq2fD1bGm9sPzX5cT7yRn4eLa8u",
    "PUBLIC_URL": "https://echoes.example",
    "DATABASE_URL": "postgresql://echoes:x@db/echoes",
    "APP_DATABASE_URL": "postgresql://echoes_web:y@db/echoes",
    "OIDC_CLIENT_ID": "echoes",
    "OIDC_CLIENT_SECRET": "a secret of the provider's",
    "STRIPE_SECRET_KEY": "sk_live_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
    "TRUSTED_PROXIES": "10.0.0.5",
}
LOCAL = dict.fromkeys(GOOD, "")


def proxies(*settings: str) -> list[tuple[str, str, str]]:
    return [("TRUSTED_PROXIES", setting, "only your proxies") for setting in settings]


def no_addresses(*settings: str) -> list[tuple[str, str, str]]:
    return [("TRUSTED_PROXIES", setting, "must name addresses or networks") for setting in settings]


def secrets(*settings: str) -> list[tuple[str, str, str]]:
    return [("SECRET_KEY", setting, "that nobody can guess") for setting in settings]


def addresses(sentence: str, *settings: str) -> list[tuple[str, str, str]]:
    return [("PUBLIC_URL", setting, sentence) for setting in settings]


def others(*settings: str) -> list[tuple[str, str, str]]:
    return [("APP_DATABASE_URL", setting, "on the same host and port") for setting in settings]


def buckets(*settings: str) -> list[tuple[str, str, str]]:
    return [("S3_BUCKET", setting, "must be the name of a bucket") for setting in settings]


WRONG = [
    *proxies(
        "0.0.0.0/0", "::/0", "0.0.0.0/1,128.0.0.0/1", "0.0.0.0/2, 64.0.0.0/2, 128.0.0.0/2, 192.0.0.0/3",
        "::/1,8000::/1", "2000::/3", "2600::/12", "::ffff:0.0.0.0/96", "10.0.0.5, 0.0.0.0/0", "128.0.0.0/4",
        ",".join(f"{number}.0.0.0/8" for number in range(1, 224)),
    ),
    *no_addresses("*", "10.0.0.5, *", "proxy", "localhost", "10.0.0.1/8", "10.0.0", "10.0.0.5 10.0.0.6"),
    *secrets(
        "", "short", "s" * 64, " " * 40, "\t" * 40, "ab" * 30, "0123456789" * 5,
        "abcdefghijklmnopqrstuvwxyz012345", "change-me-change-me-change-me-change-me",
        "password1password2password3password4",
        "your-secret-key-here-your-secret-key", "zyxwvutsrqponmlkjihgfedcba9876543210", "deadbeef" * 8,
        "  short but wide                      ",
    ),
    *addresses("https://echoes.example", "echoes.example", "https://", "https:///films", "https://:443",
               "https://echoes example", "https://echoes.example:99999", "https://[::1", "//echoes.example",
               "https://*.example", "https://0.0.0.0", "https://999.1.1.1", "https://échos.example",
               "https://echoes.example\\films", "https://-.example"),
    *addresses("must begin with https://", "http://echoes.example", "ftp://echoes.example"),
    *addresses("a user name or password", "https://me@echoes.example", "https://me:secret@echoes.example"),
    *addresses("not from a path", "https://echoes.example/films", "https://echoes.example/a/b/"),
    *addresses("without ? or #", "https://echoes.example?a=1", "https://echoes.example/?", "https://echoes.example#x"),
    *others(
        "postgresql://echoes_web:y@elsewhere/echoes", "postgresql://echoes_web:y@db:5433/echoes",
        "postgresql://echoes_web:y@db/another", "postgresql://echoes:y@db/echoes", "postgresql://db/echoes",
        "postgresql://echoes_web:y@db/echoes?port=5433&host=elsewhere", "",
    ),
    ("APP_DATABASE_URL", "sqlite:///app.db", "on the same host and port"),
    ("DATABASE_URL", "", "must name a PostgreSQL database"),
    ("DATABASE_URL", "mysql://echoes@db/echoes", "must be postgresql://"),
    ("DATABASE_URL", "nonsense", "must be postgresql://"),
    ("DATABASE_URL", "postgresql://db:port/echoes", "must be postgresql://"),
    ("STRIPE_SECRET_KEY", "sk_test_1", "is a test key"),
    ("STRIPE_SECRET_KEY", "rk_test_1", "is a test key"),
    ("STRIPE_SECRET_KEY", "pk_live_1", "must be a secret key"),
    ("STRIPE_SECRET_KEY", "  ", "must be set"),
    ("STRIPE_TEST_MODE", "true", "is on, and"),
    ("STRIPE_TEST_MODE", "perhaps", "valid boolean"),
    ("STRIPE_WEBHOOK_SECRET", " ", "must be set"),
    ("STRIPE_API_URL", "https://", "must begin with https:// and name a host"),
    ("OIDC_CLIENT_ID", " ", "must be set"),
    ("OIDC_CLIENT_SECRET", " ", "must be set"),
    ("OIDC_ISSUER", "https://me:x@id.example", "must begin with https:// and name a host"),
    ("RUNWAY_BASE_URL", "http://127.0.0.1", "must begin with https:// and name a host"),
    ("FAL_BASE_URL", "https://?", "must begin with https:// and name a host"),
    ("REDIS_URL", "redis.example:6379", "must begin with redis://"),
    ("ADMIN_EMAILS", "ada@echoes.example, everybody", "must be e-mail addresses"),
    ("ROLE", "all", "must be web or worker"),
    ("ROLE", "king", "must be all, web or worker"),
    ("MODE", "prod", "must be local or production"),
    ("DATA_DIR", "~nobody-of-this-name/data", "is not a folder"),
    ("STORAGE", "cloud", "must be folder or s3"),
    *buckets("Echoes", "ab", "echoes_files", "-echoes", "echoes..files", "192.168.1.20", "échos", "a" * 64),
    ("S3_REGION", "Frankfurt (Main)", "must be the name of a region"),
    ("S3_PREFIX", "/echoes", "must be lower-case letters"),
    ("S3_PREFIX", "echoes", "must be lower-case letters"),
    ("S3_PREFIX", "../", "must be lower-case letters"),
    ("S3_ENDPOINT", "s3.example", "must be an address"),
    ("S3_ENDPOINT", "https://me:x@s3.example", "must be an address"),
    ("S3_ENDPOINT", "http://s3.example", "must begin with https://"),
    ("S3_PUBLIC_ENDPOINT", "https://files.echoes.example", "needs ECHOES_S3_ENDPOINT"),
    ("S3_ENCRYPTION", "rot13", "must be AES256 or aws:kms"),
    ("LAMBDA_FUNCTION", "my function", "must be the name or the ARN"),
    ("LAMBDA_REGION", "Frankfurt", "must be the name of a region"),
    ("LAMBDA_ENDPOINT", "lambda.example", "must be an address"),
    ("LAMBDA_ENDPOINT", "http://lambda.example", "must begin with https://"),
    ("RENDERER", "gpu", "must be machine or lambda"),
    ("S3_KMS_KEY", "alias/echoes", "needs ECHOES_S3_ENCRYPTION=aws:kms"),
    ("METRICS_TOKEN", "prometheus", "must hold a secret that nobody can guess"),
    ("METRICS_TOKEN", "a" * 40, "must hold a secret that nobody can guess"),
    ("METRICS_PORT", "3000", "must be another one than ECHOES_PORT"),
    ("METRICS_PORT", "65536", "must be a whole number"),
    ("DRAIN_SECONDS", "121", "must be a number"),
    ("LOG_FORMAT", "xml", "must be auto, json or plain"),
    ("LOG_LEVEL", "loud", "must be auto, debug, info, warning or error"),
    ("SENTRY_DSN", "sentry.example/1", "must look like https://key@host/number"),
    ("SENTRY_DSN", "https://sentry.example/1", "must look like https://key@host/number"),
    ("BACKUP_TO", "backups", "must be s3://bucket/prefix"),
    ("BACKUP_TO", "s3://Not A Bucket/", "must be s3://bucket/prefix"),
    ("BACKUP_TO", "s3://", "must be s3://bucket/prefix"),
]  # fmt: skip
WRONG_LOCALLY = [
    ("PUBLIC_URL", "https://echoes.example", "must stay on this computer"),
    ("PUBLIC_URL", "http://192.168.1.20:3000", "must stay on this computer"),
    ("PUBLIC_URL", "http://localhost.example:3000", "must stay on this computer"),
    ("HOST", ".".join("0000"), "must stay on this computer"),
    ("HOST", "192.168.1.20", "must stay on this computer"),
    ("HOST", "::", "must stay on this computer"),
    ("DATABASE_URL", "sqlite://", "must name a file"),
    ("PROVIDER", "runway", "ECHOES_RUNWAY_API_SECRET must be set"),
    ("STORAGE", "s3", "ECHOES_S3_BUCKET must be set"),
]
FINE = [
    ("TRUSTED_PROXIES", "10.0.0.0/8, 172.16.0.0/12,192.168.0.0/16, fd00::/8, 127.0.0.1, ::1"),
    ("TRUSTED_PROXIES", "173.245.48.0/20,104.16.0.0/13,162.158.0.0/15,2400:cb00::/32,2a06:98c0::/29"),
    ("TRUSTED_PROXIES", ""),
    ("SECRET_KEY", "0" + "7b1f0c9e5a2d4836ffa1c7e09b54d2e8" * 1),
    ("SECRET_KEY", "71940385226017593846620571938402"),
    ("SECRET_KEY", "gently the old piano hums on a rainy tuesday"),
    ("PUBLIC_URL", "https://Echoes.Example/"),
    ("PUBLIC_URL", "https://echoes.example:8443"),
    ("PUBLIC_URL", "https://[2001:db8::1]"),
    ("PUBLIC_URL", "https://xn--chos-9oa.example"),
    ("APP_DATABASE_URL", "postgresql://echoes_web:y@DB:5432/echoes"),
    ("APP_DATABASE_URL", "postgresql://echoes_web:y@/echoes?host=db"),
    ("STRIPE_SECRET_KEY", "rk_live_1"),
    ("ADMIN_EMAILS", "ada@echoes.example, grace@echoes.example"),
    ("S3_BUCKET", "echoes-files.example"),
    ("S3_PREFIX", "of-all/echoes/"),
    ("METRICS_TOKEN", "b7Qm2xZ9vKp4Rt8sWn3Yc6Ld1Hf5Jg0A"),
    ("METRICS_PORT", "9464"),
    ("SENTRY_DSN", "https://0123abcd@sentry.example/42"),
    ("LAMBDA_FUNCTION", "arn:aws:lambda:eu-central-1:123456789012:function:echoes-compiler:live"),
    ("BACKUP_TO", "/mnt/backups"),
    ("BACKUP_TO", "s3://echoes-backups"),
    ("BACKUP_TO", "s3://echoes/backups/daily/"),
    ("S3_ENDPOINT", "https://s3.eu-central-003.backblazeb2.com"),
    ("S3_ENDPOINT", "https://[2001:db8::1]:9000/"),
]  # fmt: skip
NUMBERS = [name for name, field in Settings.model_fields.items() if field.annotation in (int, float)]


def give(monkeypatch: pytest.MonkeyPatch, *layers: Mapping[str, str]) -> None:
    for layer in layers:
        for name, value in layer.items():
            monkeypatch.setenv(f"ECHOES_{name}", value)


def refusal() -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load_settings()
    return str(refused.value).splitlines()


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_production_refuses(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    give(monkeypatch, GOOD, {name: value})
    said = [line for line in refusal() if sentence in line]
    assert said
    assert all(line.startswith(f"ECHOES_{name} ") and line.endswith(".") for line in said)
    assert name != "SECRET_KEY" or not value.strip() or value not in "".join(refusal())


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG_LOCALLY)
def test_local_mode_refuses(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    give(monkeypatch, {name: value})
    assert [sentence in line for line in refusal()] == [True]


@pytest.mark.parametrize(("name", "value"), [("MODE", "production"), *FINE])
def test_what_is_right_starts(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    give(monkeypatch, GOOD, {name: value})
    assert not load_settings().is_local


def test_a_store_in_a_private_network_needs_an_address_for_browsers(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = {"STORAGE": "s3", "S3_BUCKET": "echoes", "S3_ENDPOINT": "http://minio:9000"}
    give(monkeypatch, GOOD, inside, {"S3_PUBLIC_ENDPOINT": "http://files.example"})
    assert [line.split()[0] for line in refusal()] == ["ECHOES_S3_PUBLIC_ENDPOINT"]
    give(monkeypatch, {"S3_PUBLIC_ENDPOINT": "https://files.example"})
    assert load_settings().s3_endpoint == "http://minio:9000"


def test_lambda_needs_a_function_and_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, GOOD, {"RENDERER": "lambda"})
    assert [line.split()[0] for line in refusal()] == ["ECHOES_LAMBDA_FUNCTION", "ECHOES_STORAGE"]
    give(monkeypatch, {"STORAGE": "s3", "S3_BUCKET": "echoes", "LAMBDA_FUNCTION": "echoes-compiler"})
    assert load_settings().renderer == "lambda"


def test_backups_lie_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bucket = {"STORAGE": "s3", "S3_BUCKET": "echoes", "S3_PREFIX": "live/"}
    give(monkeypatch, GOOD, bucket, {"BACKUP_TO": "s3://echoes/live"})
    assert "a prefix of its own" in refusal()[0]
    give(monkeypatch, {"BACKUP_TO": str(tmp_path / "backups"), "DATA_DIR": str(tmp_path)})
    assert "must not lie in the data folder" in refusal()[0]
    give(monkeypatch, {"BACKUP_TO": "s3://echoes/backups"})
    assert load_settings().backup_to == "s3://echoes/backups"


@pytest.mark.parametrize("key", ["sk_test_1", "rk_test_1"])
def test_a_test_key_starts_when_it_is_meant(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    give(monkeypatch, GOOD, {"STRIPE_SECRET_KEY": key, "STRIPE_TEST_MODE": "true"})
    assert load_settings().stripe_test_mode


@pytest.mark.parametrize(
    "value", ["-1", "-0.001", "nan", "inf", "-inf", "1e300", "9" * 30, "9" * 5000, "", "many"]
)
@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_has_a_sensible_range(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    give(monkeypatch, {name.upper(): value})
    (line,) = refusal()
    assert line.startswith(f"ECHOES_{name.upper()} must be a ")
    assert " from " in line, "give it ge= and le= where it is defined"
    assert len(line) < 150


def test_every_number_is_walked() -> None:
    assert issubclass(Settings, BaseSettings)
    assert {"port", "session_days", "clip_seconds", "max_photo_bytes", "takes_per_hour"} <= set(NUMBERS)


def test_all_is_said_at_once_whatever_is_wrong_with_a_single_value(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"CLIP_SECONDS": "nan", "PORT": "-3", "SECRET_KEY": "s" * 40, "TRUSTED_PROXIES": "0.0.0.0/0",
             "PUBLIC_URL": "https://me@echoes.example/films", "STRIPE_SECRET_KEY": "sk_test_1"}  # fmt: skip
    give(monkeypatch, GOOD, wrong)
    said = refusal()
    assert {line.split()[0].removeprefix("ECHOES_") for line in said} == set(wrong)
    assert len([line for line in said if line.startswith("ECHOES_PUBLIC_URL")]) == 2
    assert "ECHOES_PORT must be a whole number from 1 to 65,535, and is -3." in said


def test_a_secret_in_the_wrong_place_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, {"PORT": "sk_live_of_somebody"})
    assert refusal() == ["ECHOES_PORT must be a whole number from 1 to 65,535."]


def test_the_doctor_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, GOOD, {"TRUSTED_PROXIES": "0.0.0.0/0", "CLIP_SECONDS": "inf"})
    lines: list[str] = []
    assert examine(lines.append)
    for sentence in refusal():
        assert sentence in "\n".join(lines)


def test_a_public_address_is_written_as_browsers_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their Origin is compared with it, and another spelling would refuse everybody."""
    give(monkeypatch, GOOD, {"PUBLIC_URL": "https://Echoes.Example:443/"})
    assert load_settings().public_url == "https://echoes.example"
    assert load_settings().origins == ["https://echoes.example"]
