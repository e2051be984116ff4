"""Signing secret of URLs and cookies, and ids that it signs."""

import secrets
from pathlib import Path

from itsdangerous import URLSafeSerializer

from echoes.settings.fields import Settings


def signing_key(settings: Settings) -> bytes:
    """As configured; in local mode made once and kept in the data folder."""
    if configured := settings.secret_key.get_secret_value():
        return configured.encode()
    path = settings.data_dir / "secret.key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_bytes()


def _write_once(path: Path, text: str) -> None:
    """Two processes may start together: the first one to create the file wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    finally:
        fresh.unlink()


def signed_id(value: str, purpose: str) -> str:
    """A token that says which row is meant, and that we made it: for links whose row is single-use."""
    return str(_serializer(purpose).dumps(value))


def id_in(token: str, purpose: str) -> str:
    """Raises itsdangerous.BadSignature."""
    return str(_serializer(purpose).loads(token))


def _serializer(purpose: str) -> URLSafeSerializer:
    from echoes.settings.loading import get_settings

    return URLSafeSerializer(signing_key(get_settings()), salt=f"echoes {purpose}")
