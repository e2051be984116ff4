"""Storage keys of a take. Fixed by the take, so that making it again overwrites instead of leaking."""

from uuid import UUID

from echoes.storage import new_key

KIND = "takes"


def take_keys(owner_id: UUID, take_id: UUID) -> tuple[str, str, str, str]:
    """Video, poster, the provider's sound, and last the provider's delivery until it is conformed."""
    return (
        new_key(owner_id, KIND, "mp4", take_id),
        new_key(owner_id, KIND, "jpg", take_id),
        new_key(owner_id, KIND, "m4a", take_id),
        new_key(owner_id, "raw", "mp4", take_id),
    )
