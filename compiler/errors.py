"""Error classes of the compiler, each kind with a sentence that a person may read.

CompilerError
├── BadRequest        bad_request     the request itself makes no sense
├── FileMissing          not_found       a file that the request names is not there
├── NotAPicture       not_a_picture   the file cannot be read as a photograph
├── NotAVideo         not_a_video     the file cannot be read as a video
├── NotAudio          not_audio       the file cannot be read as music
│   └── NoSound       no_sound        a media file in which nothing can be heard
├── Unsupported       unsupported     a real media file, of a sort that we do not take
├── InputTooLarge          too_large       more pixels, bytes or seconds than we take
├── CommandTimeout           too_slow        it took longer than it may
├── DiskFull          disk_full       no room for the result
├── WrongProfile      wrong_profile   a clip that is not in the profile that films are made of
├── BrokenOutput      broken_output   what we made did not pass our own proof
└── Cancelled         cancelled       someone called the work off
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import ClassVar


class ErrorCode(StrEnum):
    """The codes of these errors, as they cross the border. No other process knows the classes."""

    FAILED = "failed"
    BAD_REQUEST = "bad_request"
    NOT_FOUND = "not_found"
    NOT_A_PICTURE = "not_a_picture"
    NOT_A_VIDEO = "not_a_video"
    NOT_AUDIO = "not_audio"
    NO_SOUND = "no_sound"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    DISK_FULL = "disk_full"
    WRONG_PROFILE = "wrong_profile"
    BROKEN_OUTPUT = "broken_output"
    CANCELLED = "cancelled"
    CRASHED = "crashed"
    """Of no class: the compiler ended without an answer, says whoever waited for one."""


class CompilerError(Exception):
    """The root of all; `str(error)` is a sentence for a person, the cause is in `__cause__`."""

    kind: ClassVar[ErrorCode] = ErrorCode.FAILED

    @property
    def message(self) -> str:
        return str(self)


class BadRequest(CompilerError):
    kind = ErrorCode.BAD_REQUEST


class FileMissing(CompilerError):
    kind = ErrorCode.NOT_FOUND


class NotAPicture(CompilerError):
    kind = ErrorCode.NOT_A_PICTURE


class NotAVideo(CompilerError):
    kind = ErrorCode.NOT_A_VIDEO


class NotAudio(CompilerError):
    kind = ErrorCode.NOT_AUDIO


class NoSound(NotAudio):
    kind = ErrorCode.NO_SOUND


class Unsupported(CompilerError):
    kind = ErrorCode.UNSUPPORTED


class InputTooLarge(CompilerError):
    kind = ErrorCode.TOO_LARGE


class CommandTimeout(CompilerError):
    kind = ErrorCode.TOO_SLOW


class DiskFull(CompilerError):
    kind = ErrorCode.DISK_FULL


class WrongProfile(CompilerError):
    kind = ErrorCode.WRONG_PROFILE


class BrokenOutput(CompilerError):
    kind = ErrorCode.BROKEN_OUTPUT


class Cancelled(CompilerError):
    kind = ErrorCode.CANCELLED


_NOT_THERE = frozenset({errno.ENOENT, errno.EISDIR, errno.ENOTDIR})
_NOT_OURS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENAMETOOLONG})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def readable_file_errors() -> Iterator[None]:
    """Turn the system's file errors into the compiler's, leaving all others as they are."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull("There is not enough room on the disk to save the result.") from error
        if error.errno in _NOT_THERE:
            raise FileMissing("A file that is needed for this is no longer there.") from error
        if error.errno in _NOT_OURS:
            raise FileMissing("A file or a folder that is needed for this cannot be used.") from error
        raise
