"""Media types of stored files, by their endings."""

from pathlib import PurePosixPath

OF_ENDINGS = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
}


def media_type_of(key: str) -> str:
    return OF_ENDINGS.get(PurePosixPath(key).suffix, "application/octet-stream")
