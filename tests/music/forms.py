"""Sound files of every format that people have, made by the bundled FFmpeg."""

from pathlib import Path

from tests.music.sounds import run_ffmpeg

FORMS: dict[str, tuple[str, ...]] = {
    "garageband.aiff": ("-c:a", "pcm_s16be"),
    "little_endian.aifc": ("-c:a", "pcm_s16le", "-f", "aiff"),
    "floating.aif": ("-c:a", "pcm_f32be"),
    "apple.caf": ("-c:a", "pcm_s24le"),
    "apple_lossless.caf": ("-c:a", "alac"),
    "apple_lossless.m4a": ("-c:a", "alac"),
    "quicktime.mov": ("-c:a", "adpcm_ima_qt"),
    "old.wma": ("-c:a", "wmav1"),
    "windows.wma": ("-c:a", "wmav2"),
    "phone.amr": ("-c:a", "libopencore_amrnb", "-ar", "8000", "-ac", "1"),
    "phone.3gp": ("-c:a", "libopencore_amrnb", "-ar", "8000", "-ac", "1"),
    "dictaphone.wav": ("-c:a", "adpcm_ms"),
    "dictaphone_ima.wav": ("-c:a", "adpcm_ima_wav"),
    "telephone.wav": ("-c:a", "pcm_mulaw", "-ar", "8000"),
    "message.opus": ("-c:a", "libopus"),
    "recorded_in_a_browser.webm": ("-c:a", "libopus"),
    "matroska.mka": ("-c:a", "flac"),
    "film_sound.mka": ("-c:a", "ac3"),
    "studio_24_96.flac": ("-c:a", "flac", "-sample_fmt", "s32", "-ar", "96000"),
    "surround.wav": ("-c:a", "pcm_s24le", "-ac", "6"),
    "odd_rate.wav": ("-c:a", "pcm_s16le", "-ar", "22257", "-ac", "1"),
    "raw.aac": ("-c:a", "aac"),
}
COVERS: dict[str, tuple[str, ...]] = {
    "one_picture.m4a": ("-vf", "select=eq(n\\,0)", "-c:v", "libx264"),
    "slides.mp4": ("-r", "1", "-c:v", "mjpeg"),
    "repeated.mp4": ("-r", "25", "-c:v", "libx264"),
    "drawn.mkv": ("-r", "25", "-c:v", "png"),
    "windows.wma": ("-r", "1", "-c:v", "wmv2"),
}
"""Music with a picture track that is an ordinary one, and what it is encoded with."""


def sound_in(path: Path, seconds: float = 2.0) -> Path:
    run_ffmpeg(
        "-f", "lavfi", "-i", f"sine=duration={seconds}:sample_rate=44100", *FORMS[path.name], str(path)
    )
    return path


def with_picture_track(path: Path) -> Path:
    still = ("-f", "lavfi", "-i", "color=orange:size=64x64:rate=25:duration=2")
    sound = ("-f", "lavfi", "-i", "sine=duration=2")
    codec = ("-c:a", "wmav2" if path.suffix == ".wma" else "aac")
    run_ffmpeg(*still, *sound, *COVERS[path.name], *codec, str(path))
    return path
