"""Child process that signs one file (C2PA). Imports nothing of ours but the two modules beside it.

The library is native code, which holds the interpreter while it works. Standard input: a line with manifest
and key, so that all is ready by the time the file is; then a line with the file, or nothing is signed.
"""

import ctypes
import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from echoes.content_credentials.embedding import NotAnMp4, Room, copy_with_room, media_in, put, room_in
from echoes.content_credentials.library import C2paFailed, Library, ManifestBuilder, signer_of

PART = 8 << 20
"""Bytes of media that are hashed as one: nobody holds more in memory, neither we nor who verifies it."""
SIZE_OF_PART, SPARE = 48, 256
"""In the manifest: the hash and the length of each part, and what else may be longer than it seemed."""


def prepared(order: dict[str, Any]) -> ManifestBuilder:
    """Raises C2paFailed."""
    library = Library(order["library"])
    signer = signer_of(library, order["algorithm"], order["chain"], order["key"], order["timestamp_url"])
    return ManifestBuilder(library, order["definition"], signer)


def sign(builder: ManifestBuilder, video: Path, copy: Path) -> None:
    """In the file, where there is room, or else in a copy. Raises C2paFailed, NotAnMp4 or OSError."""
    with video.open("r+b", buffering=0) as file:
        parts = sum(-(-(end - start) // PART) for start, end in media_in(file))
        needed, room = builder.least_size + parts * SIZE_OF_PART + SPARE, room_in(file)
        if room is not None and room.size >= needed:
            _sign_in_place(builder, file, room)
            return
        with copy.open("w+b", buffering=0) as target:
            _sign_in_place(builder, target, copy_with_room(file, target, needed))


def _sign_in_place(builder: ManifestBuilder, file: BinaryIO, room: Room) -> None:
    """Written last and at once: what is in the room counts for no hash."""
    _hash_media(builder, file)
    builder.hash_rest(file)
    put(file, room, builder.sign())


def _hash_media(builder: ManifestBuilder, file: BinaryIO) -> None:
    buffer = bytearray(PART)
    for number, (start, end) in enumerate(media_in(file)):
        file.seek(start)
        while start < end:
            size = file.readinto(memoryview(buffer)[: end - start])  # type: ignore[attr-defined]
            if not size:
                raise NotAnMp4("it became shorter")
            builder.hash_media(number, (ctypes.c_char * size).from_buffer(buffer))
            start += size


def main() -> int:
    try:
        builder = prepared(json.loads(sys.stdin.readline()))
        if line := sys.stdin.readline():
            files = json.loads(line)
            sign(builder, Path(files["video"]), Path(files["copy"]))
    except (C2paFailed, NotAnMp4, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
