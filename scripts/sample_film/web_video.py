"""Small web encoding of a film: H.264 baseline with AAC, its index in front (faststart)."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

SIZE, FRAME_RATE = (854, 480), 24
X264 = {"profile": "baseline", "level": "3.1", "preset": "veryslow", "crf": "29"}
SOUND_RATE, SOUND_BITS = 44100, 80_000


def encode_for_web(source: Path, target: Path) -> None:
    with av.open(str(source)) as film, av.open(str(target), "w", options={"movflags": "faststart"}) as output:
        picture = output.add_stream("libx264", rate=FRAME_RATE, options=X264)
        picture.width, picture.height, picture.pix_fmt = *SIZE, "yuv420p"
        tracks = [_pictures(film, picture)]
        if film.streams.audio:
            sound = output.add_stream("aac", rate=SOUND_RATE)
            sound.bit_rate, sound.layout = SOUND_BITS, "stereo"
            tracks.append(_sounds(source, sound))
        output.mux([packet for track in tracks for packet in track])


def _pictures(film: InputContainer, stream: VideoStream) -> Iterator["Packet[Any]"]:
    for number, frame in enumerate(film.decode(video=0)):
        small = frame.reformat(*SIZE, format="yuv420p", interpolation="LANCZOS")
        small.pts, small.time_base = number, Fraction(1, FRAME_RATE)
        yield from stream.encode(small)
    yield from stream.encode()


def _sounds(source: Path, stream: AudioStream) -> Iterator["Packet[Any]"]:
    resampler = AudioResampler("fltp", "stereo", SOUND_RATE, frame_size=1024)
    with av.open(str(source)) as film:
        for frame in film.decode(audio=0):
            for part in resampler.resample(frame):
                yield from stream.encode(part)
    yield from stream.encode()
