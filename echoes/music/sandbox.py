"""Sandboxed audio decoding: a process for one upload, which becomes FFmpeg and may crash or be killed.

python -m echoes.music.sandbox SOURCE TARGET [TRACK [PAN]]

Any music in, AAC in M4A out: of the track with that number, made stereo by FFmpeg's pan filter or, where PAN
is empty, as FFmpeg does by itself.
"""

import os
import resource
import sys

import imageio_ffmpeg

from compiler.media.sound_formats import DECODERS, DEMUXERS

LONGEST = 3600
MEMORY = 1024**3
PROCESSOR_SECONDS = 240

QUIETLY = ("-nostdin", "-hide_banner", "-loglevel", "error", "-nostats", "-threads", "1")
TELLING_HOW_FAR = ("-progress", "pipe:1")
INPUT = (
    *("-protocol_whitelist", "file,pipe"),
    *("-format_whitelist", ",".join(DEMUXERS)),
    *("-codec_whitelist", ",".join(DECODERS)),
)
SOUND_ALONE = ("-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1")
AAC = ("-c:a", "aac", "-b:a", "192k", "-ac", "2", "-ar", "48000", "-t", str(LONGEST))
M4A = ("-fflags", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart", "-f", "ipod")


def exec_ffmpeg(source: str, target: str, track: str = "a:0", pan: str = "") -> None:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 5))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sound = ("-map", f"0:{track}", *(("-af", f"pan={pan}") if pan else ()), *SOUND_ALONE)
    command = [program, *QUIETLY, *TELLING_HOW_FAR, *INPUT, "-i", source, *sound, *AAC, *M4A, target]
    os.execv(program, command)  # noqa: S606 - without a shell, as it should be


if __name__ == "__main__":
    exec_ffmpeg(*sys.argv[1:])
