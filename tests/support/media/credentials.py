"""Films and clips with their Content Credentials, and what is left of the file without them."""

from pathlib import Path

C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


def boxes(file: Path) -> list[tuple[str, bytes]]:
    """The outermost ones of an MP4."""
    data, place, found = file.read_bytes(), 0, []
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        length = int.from_bytes(data[place + 8 : place + 16], "big") if length == 1 else length
        found.append((data[place + 4 : place + 8].decode("latin-1"), data[place : place + length]))
        place += length
    return found


def without_credentials(file: Path) -> bytes:
    return b"".join(box for kind, box in boxes(file) if not (kind == "uuid" and box[8:24] == C2PA))


def credentials_box(file: Path) -> bytes:
    """The manifest itself, which stands first; a large film has hashes of its parts behind its frames."""
    return next(box for kind, box in boxes(file) if kind == "uuid" and box[8:24] == C2PA)
