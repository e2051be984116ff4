"""Signing secret of URLs and cookies."""

import secrets
from pathlib import Path

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
