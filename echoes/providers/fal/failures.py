"""fal error mapping: by its model (`detail: [{type, msg}]`), or by the queue's own `error_type`."""

from collections.abc import Mapping
from typing import Any

from echoes.providers import failure_sentences
from echoes.providers.base import Failed
from echoes.providers.failure_sentences import CANCELLED, TROUBLE, UNKNOWN, UNUSABLE

REFUSED = "The safety check refused this photo or description. Please try another one."
BAD_CLIP = "This photo did not make a good clip. Please try another motion or another photo."

GONE = Failed("gone", failure_sentences.GONE, "request not found")

MODERATED = frozenset({"content_policy_violation"})
PICTURE = frozenset(
    {
        *("image_too_small", "image_too_large", "image_load_error", "unsupported_image_format"),
        *("face_detection_error", "file_too_large", "file_download_error"),
    }
)
EMPTY = frozenset({"no_media_generated"})
PASSING = frozenset(
    {
        *("internal_server_error", "generation_timeout", "downstream_service_error"),
        *("downstream_service_unavailable", "request_timeout", "startup_timeout", "internal_error"),
    }
)
ENDED = frozenset({"client_cancelled", "client_disconnected"})


def failure_of_fal(status: int, said: Mapping[str, Any], retryable: str | None = None) -> Failed:
    """`retryable` is fal's own word on it, where it gives one."""
    kind, message = _kind(said)
    cause = f"{status} {kind or 'without a type'}: {message}"[:1000]
    again = retryable == "true"
    if kind in MODERATED:
        return Failed("moderated", REFUSED, cause, moderated=True)
    if kind in PICTURE:
        return Failed("asset_invalid", UNUSABLE, cause, again)
    if kind in EMPTY:
        return Failed("bad_output", BAD_CLIP, cause, again)
    if kind in ENDED:
        return Failed("cancelled", CANCELLED, cause)
    passing = kind in PASSING or kind.startswith("runner_") or status >= 500
    if again or (passing and retryable != "false"):
        return Failed("provider_failed", TROUBLE, cause, retryable=True)
    return Failed("failed", UNKNOWN, cause)


def _kind(said: Mapping[str, Any]) -> tuple[str, str]:
    match said.get("detail"):
        case [{"type": str(kind), **rest}, *_]:
            return kind, str(rest.get("msg", ""))
        case detail:
            return str(said.get("error_type") or ""), str(detail or said.get("error") or "")
