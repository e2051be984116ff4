"""Audio formats that are taken as music: one row a kind, from which every list of them is made.

What a file chooser offers, which containers and decoders are opened, and how people are told.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class SoundFormat:
    """A kind of file. `demuxers` and `decoders` are FFmpeg's names; `name` is what people call it."""

    name: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]
    demuxers: tuple[str, ...]
    decoders: tuple[str, ...]


_WIDTHS = ("s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "f32le", "f32be", "f64le", "f64be")
_PCM = tuple(f"pcm_{kind}" for kind in ("u8", "s8", "alaw", "mulaw", "s16le_planar", *_WIDTHS))
_MP3 = ("mp3float", "mp3", "mp2float", "mp2")
_OPUS, _VORBIS = ("opus", "libopus"), ("vorbis", "libvorbis")
_OF_VIDEOS = ("ac3", "eac3")
_AMR = ("amrnb", "libopencore_amrnb", "amrwb", "libopencore_amrwb")
_WMA = ("wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice")

SOUND_FORMATS = (
    SoundFormat("MP3", (".mp3", ".mp2"), ("audio/mpeg", "audio/mp3"), ("mp3",), _MP3),
    SoundFormat(
        "M4A",
        (".m4a", ".m4b", ".m4r", ".mp4", ".m4v", ".mov", ".3gp", ".3g2"),
        (
            "audio/mp4",
            "audio/x-m4a",
            "audio/m4a",
            "audio/3gpp",
            "audio/3gpp2",
            "video/mp4",
            "video/quicktime",
        ),
        ("mov", "mp4", "m4a", "3gp", "3g2", "mj2"),
        ("aac", "alac", "adpcm_ima_qt", *_OF_VIDEOS),
    ),
    SoundFormat(
        "WAV",
        (".wav", ".wave"),
        ("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"),
        ("wav",),
        (*_PCM, "adpcm_ms", "adpcm_ima_wav", "adpcm_yamaha", "gsm_ms"),
    ),
    SoundFormat("FLAC", (".flac",), ("audio/flac", "audio/x-flac"), ("flac",), ("flac",)),
    SoundFormat(
        "AIFF",
        (".aiff", ".aif", ".aifc"),
        ("audio/aiff", "audio/x-aiff"),
        ("aiff",),
        (*_PCM, "adpcm_ima_qt", "gsm"),
    ),
    SoundFormat("CAF", (".caf",), ("audio/x-caf",), ("caf",), (*_PCM, "aac", "alac", "adpcm_ima_qt", *_OPUS)),
    SoundFormat("AAC", (".aac",), ("audio/aac", "audio/x-aac", "audio/aacp"), ("aac",), ("aac",)),
    SoundFormat("OGG", (".ogg", ".oga"), ("audio/ogg", "application/ogg"), ("ogg",), (*_VORBIS, "flac")),
    SoundFormat("Opus", (".opus",), ("audio/opus",), ("ogg",), _OPUS),
    SoundFormat(
        "WebM",
        (".webm", ".weba"),
        ("audio/webm", "video/webm"),
        ("matroska", "webm"),
        (*_OPUS, *_VORBIS),
    ),
    SoundFormat(
        "MKA",
        (".mka", ".mkv"),
        ("audio/x-matroska", "video/x-matroska"),
        ("matroska", "webm"),
        (*_OPUS, *_VORBIS, *_MP3, *_PCM, *_OF_VIDEOS, "flac", "aac", "alac"),
    ),
    SoundFormat("WMA", (".wma", ".wmv"), ("audio/x-ms-wma", "video/x-ms-wmv"), ("asf",), _WMA),
    SoundFormat("AMR", (".amr", ".awb"), ("audio/amr", "audio/amr-wb"), ("amr",), _AMR),
)


def _each(attribute: str) -> tuple[str, ...]:
    """Without repetitions, in the order of the rows."""
    values = (getattr(row, attribute) for row in SOUND_FORMATS)
    return tuple(dict.fromkeys(each for value in values for each in value))


DEMUXERS, DECODERS = _each("demuxers"), _each("decoders")
OFFERED = (*_each("media_types"), *_each("suffixes"))
"""For a file chooser: some systems know a file by its type, others by how its name ends."""
_NAMES = [row.name for row in SOUND_FORMATS]
FAMILIAR = ", ".join(_NAMES[:4])
"""What most people have: the first rows."""
IN_WORDS = f"{', '.join(_NAMES[:-1])} and {_NAMES[-1]}"
