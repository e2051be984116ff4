"""Writes .env.example from the settings' own help and defaults: `python -m scripts.env_example`."""

import ast
import inspect
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from echoes.settings import Settings
from echoes.settings.env_file import names_of
from scripts.toolchain import ROOT

EXAMPLE = ROOT / ".env.example"
WIDTH = 100
HEAD = """\
# Settings of Echoes. Copy this file to .env in the same folder, and take the # from what you set.
#
# Every setting has a default, which stands here; without any, `make run` serves this computer alone.
# What the environment sets wins over .env. Quote a value that has a # or spaces: NAME="value".
# docs/hosting.md says more, and `echoes doctor` whether it works.
"""
GROUPS: dict[str, tuple[str, ...]] = {
    "Where it runs": (
        "mode", "role", "port", "host", "public_url", "data_dir", "secret_key", "trusted_proxies",
    ),
    "Database and Redis": ("database_url", "app_database_url", "redis_url"),
    "Files": (
        "storage", "s3_bucket", "s3_endpoint", "s3_public_endpoint", "s3_region", "s3_prefix",
        "s3_addressing", "s3_encryption", "s3_kms_key", "storage_cache_bytes",
    ),
    "Backups": ("backup_to", "backup_hour", "backup_files", "backups_daily", "backups_weekly"),
    "Sign-up and sign-in": (
        "sign_up", "sign_up_domains", "sign_in", "oidc_issuer", "oidc_name", "oidc_client_id",
        "oidc_client_secret", "admin_emails", "session_days", "session_idle_days",
    ),
    "Mail": ("smtp_url", "mail_from"),
    "Clips": (
        "provider", "runway_api_secret", "fal_key", "clip_seconds", "clip_concurrency",
        "provider_timeout_seconds",
    ),
    "Films": (
        "render_concurrency", "renderer", "lambda_films", "lambda_clips",
        "lambda_function", "lambda_region", "lambda_endpoint", "lambda_concurrency",
        "lambda_patience_seconds", "prepare_load",
    ),
    "Certificates and Content Credentials": (
        "tls_certificate", "tls_key", "c2pa_certificate", "c2pa_key", "c2pa_timestamp_url",
        "generated_mark",
    ),
    "Payments": ("payments", "credits", "stripe_secret_key", "stripe_webhook_secret", "stripe_test_mode"),
    "Uploads": (
        "max_photo_bytes", "max_photo_pixels", "photo_longest_side", "max_photos_per_project",
        "max_music_bytes", "max_bytes_per_user",
    ),
    "How often somebody may do something": (
        "sign_ins_per_minute", "passwords_per_minute", "uploads_per_minute", "takes_per_hour",
        "checkouts_per_hour", "events_per_minute", "address_events_per_minute", "connections_per_minute",
        "connections_per_address", "strangers_per_address", "stranger_minutes",
    ),
    "Monitoring": (
        "log_format", "log_level", "metrics_token", "metrics_port", "metrics_host", "drain_seconds",
        "sentry_dsn",
    ),
}  # fmt: skip
LEFT_OUT = frozenset(
    {
        "thumbnail_side", "worker_lease_seconds", "runway_base_url", "runway_poll_seconds", "fal_base_url",
        "fal_poll_seconds", "stripe_api_url",
    }
)  # fmt: skip
"""For stand-ins, tests and rare cases: an operator hardly sets them."""


def example() -> str:
    said = help_of_settings()
    groups = [
        f"\n# ---- {title} ----\n" + "".join(_entry(name, said[name]) for name in names)
        for title, names in GROUPS.items()
    ]
    return HEAD + "".join(groups)


def help_of_settings() -> dict[str, str]:
    """The string that stands behind each field in the source of Settings and of its parts."""
    parts = [part for part in Settings.__mro__ if part.__module__.startswith("echoes.")]
    return {name: text for part in parts for name, text in _help_of(part).items()}


def _help_of(part: type[Any]) -> dict[str, str]:
    (body,) = (
        node.body for node in ast.parse(inspect.getsource(part)).body if isinstance(node, ast.ClassDef)
    )
    said = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            is_help = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
            said[field.target.id] = " ".join(str(text.value.value).split()) if is_help else ""  # type: ignore[attr-defined]
    return said


def _entry(name: str, said: str) -> str:
    comment = textwrap.fill(said, WIDTH, initial_indent="# ", subsequent_indent="# ")
    return f"\n{comment}\n#{names_of(name)[0]}={_default(name)}\n"


def _default(name: str) -> str:
    value = Settings.model_fields[name].default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if " " in str(value) else str(value)


if __name__ == "__main__":
    Path(EXAMPLE).write_text(example(), encoding="utf-8")
