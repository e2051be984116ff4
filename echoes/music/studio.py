"""A process for one piece of music, which becomes FFmpeg: what strangers send may crash it or keep it busy.

python -m echoes.music.studio SOURCE TARGET     any music in, AAC in M4A out
"""

import os
import resource
import sys

import imageio_ffmpeg

LONGEST = 3600
MEMORY = 1024**3
PROCESSOR_SECONDS = 240

READABLE = "mov,mp4,m4a,3gp,3g2,mj2,mp3,wav,ogg,flac,aac"
DECODABLE = (
    "aac,mp3,mp3float,vorbis,libvorbis,opus,libopus,flac,alac,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,"
    "pcm_s32le,pcm_s32be,pcm_f32le,pcm_f64le,pcm_mulaw,pcm_alaw"
)
QUIETLY = ("-nostdin", "-hide_banner", "-loglevel", "error", "-nostats", "-threads", "1")
TELLING_HOW_FAR = ("-progress", "pipe:1")
INPUT = ("-protocol_whitelist", "file,pipe", "-format_whitelist", READABLE, "-codec_whitelist", DECODABLE)
SOUND_ALONE = ("-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1")
AAC = ("-c:a", "aac", "-b:a", "192k", "-ac", "2", "-ar", "48000", "-t", str(LONGEST))
M4A = ("-fflags", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart", "-f", "ipod")


def become_ffmpeg(source: str, target: str) -> None:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 5))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    command = [program, *QUIETLY, *TELLING_HOW_FAR, *INPUT, "-i", source, *SOUND_ALONE, *AAC, *M4A, target]
    os.execv(program, command)  # noqa: S606 - without a shell, as it should be


if __name__ == "__main__":
    become_ffmpeg(*sys.argv[1:])
