"""The headers of tus 1.0.0: read strictly, written in one place."""

import base64
import binascii
import unicodedata
from collections.abc import Mapping
from uuid import UUID

from echoes.errors import EchoesError, NotFound
from echoes.models import Upload, UploadKind
from echoes.text.validation import JOINERS, has_visible, is_shown

VERSION = "1.0.0"
EXTENSIONS = "creation,termination"
CONTENT_TYPE = "application/offset+octet-stream"
USE_SOUND = "upload-use-sound"
"""A header of ours. On a refusal: this is a video with sound. On the part that follows: use its sound."""
YES = "yes"
LONGEST_NAME = 120
LONGEST_SUFFIX = 10
UNTITLED = "Untitled"
HIDING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of controls and formats. Marks of direction could make `exe.jpg` out of `gpj.exe`."""


class ProtocolError(EchoesError):
    """The client does not speak the protocol as it should; the status is what tus wants to be answered."""

    status = 400
    code = "tus_protocol"


class UnsupportedVersion(ProtocolError):
    status = 412
    code = "tus_version"


class UnsupportedContentType(ProtocolError):
    status = 415
    code = "tus_content_type"


def require_version(headers: Mapping[str, str]) -> None:
    if headers.get("tus-resumable") != VERSION:
        raise UnsupportedVersion("Please reload the page to upload: it is out of date.")


def require_content_type(headers: Mapping[str, str]) -> None:
    if headers.get("content-type") != CONTENT_TYPE:
        raise UnsupportedContentType(f"The parts of an upload are sent as {CONTENT_TYPE}.")


def wants_sound(headers: Mapping[str, str]) -> bool:
    return headers.get(USE_SOUND) == YES


def number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise ProtocolError(f"The upload needs a whole number as its {name}.")
    return int(text)


def metadata(headers: Mapping[str, str]) -> dict[str, str]:
    """`Upload-Metadata: filename cGhvdG8uanBn,kind cGhvdG8=`"""
    pairs = (pair.strip().partition(" ") for pair in headers.get("upload-metadata", "").split(","))
    try:
        return {key: base64.b64decode(value, validate=True).decode() for key, _, value in pairs if key}
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ProtocolError("The description of the upload cannot be read.") from error


def described(upload: Upload) -> str:
    facts = {"filename": upload.filename, "kind": upload.kind, "project": str(upload.project_id)}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items())


def kind(facts: Mapping[str, str]) -> UploadKind:
    try:
        return UploadKind(facts.get("kind", ""))
    except ValueError as error:
        raise ProtocolError("An upload is either a photo or music.") from error


def identity(text: str) -> UUID:
    """Whatever is no id names nothing, like an id of nothing."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def file_name(facts: Mapping[str, str]) -> str:
    """What a person would call the file: no folders, nothing invisible, not endless, and never blank."""
    name = facts.get("filename", "").replace("\\", "/").rpartition("/")[2]
    name = unicodedata.normalize("NFC", "".join(filter(_is_shown, name)))
    name = " ".join(name.split())
    stem, dot, suffix = name.rpartition(".")
    if not has_visible(stem if dot else name):
        name = (
            UNTITLED + dot + suffix if dot and is_shown(suffix) and len(suffix) < LONGEST_SUFFIX else UNTITLED
        )
    elif len(name) > LONGEST_NAME and len(suffix) < LONGEST_SUFFIX:
        name = stem[: LONGEST_NAME - len(suffix) - 2] + "…" + dot + suffix
    return name[:LONGEST_NAME]


def _is_shown(character: str) -> bool:
    return character in JOINERS or unicodedata.category(character) not in HIDING
