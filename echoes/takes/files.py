"""Storage keys of a take. Fixed by the take, so that making it again overwrites instead of leaking."""

from uuid import UUID

from echoes.storage import new_key

KIND = "takes"


def take_keys(owner_id: UUID, take_id: UUID) -> tuple[str, str, str, str, str, str]:
    """Video, poster, small poster, the provider's sound, preview rendition, and last its delivery until it is
    conformed."""
    return (
        new_key(owner_id, KIND, "mp4", take_id),
        new_key(owner_id, KIND, "jpg", take_id),
        new_key(owner_id, KIND, "webp", take_id),
        new_key(owner_id, KIND, "m4a", take_id),
        new_key(owner_id, "previews", "mp4", take_id),
        new_key(owner_id, "raw", "mp4", take_id),
    )
