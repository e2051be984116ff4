"""Names of downloaded files, out of people's titles, and the header that gives them to a browser."""

import re
import unicodedata
from datetime import datetime
from urllib.parse import quote

from echoes.text.validation import JOINERS, has_visible


def file_name(title: str, made_at: datetime, ending: str) -> str:
    """The title in any script, without what file systems refuse, and the day."""
    allowed = re.sub(r'[\\/:*?"<>|]', " ", title)
    visible = "".join(
        letter for letter in allowed if letter in JOINERS or unicodedata.category(letter)[0] != "C"
    )
    words = " ".join(visible.split()).strip(". ")
    return f"{words if has_visible(words) else 'Film'} {made_at:%Y-%m-%d}{ending}"


def attachment(name: str) -> str:
    """Content-Disposition with a name in every script (RFC 6266, RFC 8187). What follows from it for old
    programs is plain ASCII."""
    plain = "".join(letter if letter.isascii() and letter.isprintable() else "_" for letter in name)
    plain = plain.replace("\\", "_").replace('"', "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
