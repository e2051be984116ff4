"""Binding of the C2PA library's embeddable signing API (its C interface, c2pa.h), by ctypes.

The library's own Python package signs whole files only, and copies them four times in writes of 8 kB. By this
interface whoever has a file hashes it and puts the manifest into it: it is read once and not copied.

For a process that signs one file and ends: nothing is freed. It imports no more of ours than the error
classes, and of the package the library alone, so that such a process starts quickly.
"""

import ctypes
import json
from typing import Any, BinaryIO

from echoes.errors import InternalError

MP4 = b"video/mp4"
SETTINGS = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}
"""No picture of the film in its manifest, and the film is not read once more to verify it."""

_Handle, _Size, _Text = ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_char_p
_Transfer = ctypes.CFUNCTYPE(_Size, _Handle, _Handle, _Size)
_Seek = ctypes.CFUNCTYPE(_Size, _Handle, _Size, ctypes.c_int)
_Flush = ctypes.CFUNCTYPE(_Size, _Handle)
_FAILURE = -1


class C2paFailed(InternalError):
    """What the library says about what it cannot do."""

    code = "signing_library_failed"


class Library:
    """Its functions, called by name. Each raises C2paFailed."""

    def __init__(self, path: str) -> None:
        self._functions = ctypes.CDLL(path)
        self._functions.c2pa_error.restype = _Handle

    def make(self, name: str, *arguments: Any) -> ctypes.c_void_p:
        """A handle."""
        made = self._call(name, _Handle, arguments)
        if not made:
            raise C2paFailed(self._error())
        return ctypes.c_void_p(made)

    def do(self, name: str, *arguments: Any) -> None:
        if self._call(name, ctypes.c_int, arguments) < 0:
            raise C2paFailed(self._error())

    def take(self, name: str, *arguments: Any) -> bytes:
        """What it made, whose place it puts into its last argument."""
        place = ctypes.c_void_p()
        length = self._call(name, ctypes.c_int64, (*arguments, ctypes.byref(place)))
        if length < 0 or place.value is None:
            raise C2paFailed(self._error())
        return ctypes.string_at(place.value, length)

    def _call(self, name: str, result: Any, arguments: tuple[Any, ...]) -> Any:
        function = self._functions[name]
        function.restype = result
        return function(*arguments)

    def _error(self) -> str:
        said = self._functions.c2pa_error()
        return ctypes.string_at(said).decode(errors="replace") if said else "it does not say why"


class ManifestBuilder:
    """One manifest, to be signed with a key. All methods raise C2paFailed."""

    def __init__(self, library: Library, definition: dict[str, Any], signer: ctypes.c_void_p) -> None:
        self._library = library
        context = _context(library, signer)
        blank = library.make("c2pa_builder_from_context", context)
        definition_json = json.dumps(definition).encode()
        self._builder = library.make("c2pa_builder_with_definition", blank, definition_json)
        self.least_size = len(library.take("c2pa_builder_placeholder", self._builder, MP4))
        """Bytes of the manifest's box without what the hashes of the media add."""

    def hash_media(self, number: int, part: Any) -> None:
        """The next part of the media data in box `mdat` of that number: a leaf of its hash tree."""
        does_not_skip = True
        arguments = (ctypes.c_size_t(number), part, ctypes.c_size_t(len(part)), ctypes.c_bool(does_not_skip))
        self._library.do("c2pa_builder_hash_mdat_bytes", self._builder, *arguments)

    def hash_rest(self, file: BinaryIO) -> None:
        """All else that may not change, such as the index; when the media data have been hashed."""
        stream = _Stream(self._library, file)
        self._library.do("c2pa_builder_update_hash_from_stream", self._builder, MP4, stream.handle)

    def sign(self) -> bytes:
        """The manifest in its box."""
        return self._library.take("c2pa_builder_sign_embeddable", self._builder, MP4)


class _Stream:
    """A file as the library reads it."""

    def __init__(self, library: Library, file: BinaryIO) -> None:
        self._file = file
        self._callbacks = _Transfer(self._read), _Seek(self._seek), _Transfer(_refuse), _Flush(_refuse)
        self.handle = library.make("c2pa_create_stream", None, *self._callbacks)

    def _read(self, _: Any, target: int, size: int) -> int:
        try:
            data = self._file.read(size)
        except OSError:
            return _FAILURE
        ctypes.memmove(target, data, len(data))
        return len(data)

    def _seek(self, _: Any, offset: int, whence: int) -> int:
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError):
            return _FAILURE


class _SignerInfo(ctypes.Structure):
    _fields_ = [(name, _Text) for name in ("algorithm", "chain", "key", "timestamp_url")]


def signer_of(
    library: Library, algorithm: str, chain: str, key: str, timestamp_url: str | None
) -> ctypes.c_void_p:
    """Certificate chain and key as PEM. Raises C2paFailed."""
    texts = (algorithm, chain, key, timestamp_url)
    info = _SignerInfo(*(text.encode() if text else None for text in texts))
    return library.make("c2pa_signer_from_info", ctypes.byref(info))


def _refuse(*_: Any) -> int:
    return _FAILURE


def _context(library: Library, signer: ctypes.c_void_p) -> ctypes.c_void_p:
    settings, builder = library.make("c2pa_settings_new"), library.make("c2pa_context_builder_new")
    library.do("c2pa_settings_update_from_string", settings, json.dumps(SETTINGS).encode(), b"json")
    library.do("c2pa_context_builder_set_settings", builder, settings)
    library.do("c2pa_context_builder_set_signer", builder, signer)
    return library.make("c2pa_context_builder_build", builder)
