"""Redact requests and answers for the log.

What an operator may read of a request: no secret, no picture, no signature of an address.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

LONGEST_TEXT = 2000
LONGEST_BODY = 16 * 1024
HIDDEN = "[secret]"

_SIGNED = re.compile(r"(https?://[^\s\"'?#]+)\?[^\s\"'#]+")
_PASS = re.compile(
    r"^policy$|signature|credential|token|secret|password|authorization|api.?key", re.IGNORECASE
)
_DATA_URI = re.compile(r"data:([\w/+.-]+);base64,[A-Za-z0-9+/=]*")


def redact(value: Any, secrets: Sequence[str] = ()) -> Any:
    """The same value for people: secrets and queries hidden, pictures and long texts shortened."""
    if isinstance(value, str):
        return _clean_text(value, secrets)
    if isinstance(value, Mapping):
        return {
            _clean_text(str(key), secrets): _named(str(key), inner, secrets) for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact(inner, secrets) for inner in value]
    return value


def _named(name: str, value: Any, secrets: Sequence[str]) -> Any:
    """What grants access to whoever has it is known by its name: a provider hands out passes for uploads."""
    return HIDDEN if isinstance(value, str) and _PASS.search(name) else redact(value, secrets)


def redact_body(content: bytes, secrets: Sequence[str] = ()) -> Any:
    """JSON as it is, anything else as the beginning of its text."""
    try:
        return redact(json.loads(content), secrets)
    except (ValueError, RecursionError):
        return redact(content[:LONGEST_BODY].decode(errors="replace"), secrets)


def _clean_text(text: str, secrets: Sequence[str]) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, HIDDEN)
    text = _DATA_URI.sub(lambda found: f"[{found[1]}, {len(found[0])} characters]", text)
    text = _SIGNED.sub(r"\1?…", text)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}… ({len(text)} characters)"
