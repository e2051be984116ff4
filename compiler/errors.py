"""What can go wrong in the compiler, each kind with a sentence that a person may read.

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
from typing import ClassVar


class CompilerError(Exception):
    """The root of all; `str(error)` is a sentence for a person, the cause is in `__cause__`."""

    kind: ClassVar[str] = "failed"

    @property
    def message(self) -> str:
        return str(self)


class BadRequest(CompilerError):
    kind = "bad_request"


class FileMissing(CompilerError):
    kind = "not_found"


class NotAPicture(CompilerError):
    kind = "not_a_picture"


class NotAVideo(CompilerError):
    kind = "not_a_video"


class NotAudio(CompilerError):
    kind = "not_audio"


class NoSound(NotAudio):
    kind = "no_sound"


class Unsupported(CompilerError):
    kind = "unsupported"


class InputTooLarge(CompilerError):
    kind = "too_large"


class CommandTimeout(CompilerError):
    kind = "too_slow"


class DiskFull(CompilerError):
    kind = "disk_full"


class WrongProfile(CompilerError):
    kind = "wrong_profile"


class BrokenOutput(CompilerError):
    kind = "broken_output"


class Cancelled(CompilerError):
    kind = "cancelled"


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
