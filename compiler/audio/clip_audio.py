"""Clip audio: the sound that came with a clip, kept beside it: as long as the clip, to the sample."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph

from compiler.audio.downmix import alike, pulled, stereo_pan
from compiler.codec.encoder import atomic_output
from compiler.codec.profile import FRAMES_PER_SECOND
from compiler.errors import NotAudio
from compiler.media.opening import audio_of, decoded, open_media, video_of

SAMPLE_RATE = 48000
_SAMPLES_PER_FRAME = SAMPLE_RATE // FRAMES_PER_SECOND
_AAC_FRAME = 1024
_BIT_RATE = 192_000
_MOST_DAMAGED = 0.25
"""Of the packets. Less is passed over, as players do."""


def write_audio(source: Path, output: Path, frames: int) -> Path | None:
    """Write the sound track of a video as AAC; None if there is none.

    Raises NotAudio where it cannot be used, and then there is no file.
    """
    samples = frames * _SAMPLES_PER_FRAME
    with open_media(source, NotAudio) as media:
        stream = audio_of(media)
        if stream is None:
            return None
        with atomic_output(output) as part, av.open(str(part), "w", format="ipod") as written:
            track = written.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
            track.codec_context.bit_rate = _BIT_RATE
            track.codec_context.options = {"aac_coder": "fast", "aac_tns": "0"}  # no ticks on soft attacks
            for frame in _aligned(media, stream, samples):
                written.mux(track.encode(frame))
            written.mux(track.encode(None))
    return output


def _aligned(media: InputContainer, stream: AudioStream, samples: int) -> Iterator[AudioFrame]:
    """Stereo frames that begin with the picture and end with the last sample of the clip."""
    video = video_of(media)
    offset = Fraction(0)
    if video is not None and video.start_time is not None and video.time_base is not None:
        offset = video.start_time * video.time_base
    graph: Graph | None = None
    for frame in alike(_decoded(media, stream)):
        if frame.pts is None or frame.time_base is None:
            continue
        frame.pts -= round(offset / frame.time_base)
        graph = graph or _graph(frame, samples)
        graph.push(frame)
        yield from pulled(graph)
    if graph is None:
        raise NotAudio("Nothing can be heard in the sound of this video.")
    graph.push(None)
    yield from pulled(graph)


def _decoded(media: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    packets = damaged = 0
    for packet in media.demux(stream):
        packets += 1
        frames = decoded(packet)
        damaged += frames is None
        yield from frames or ()
    if damaged > packets * _MOST_DAMAGED:
        raise NotAudio("The sound of this video is damaged.")


def _graph(first: AudioFrame, samples: int) -> Graph:
    graph = Graph()
    filters = [
        # Gaps and overlaps in the time stamps become silence and cuts; so does a late or early start.
        graph.add("aresample", f"{SAMPLE_RATE}:async=1:first_pts=0"),
        graph.add("pan", pan) if (pan := _pan(first)) else graph.add("anull"),
        graph.add("aformat", f"sample_fmts=fltp:channel_layouts=stereo:sample_rates={SAMPLE_RATE}"),
        graph.add("apad", f"whole_len={samples}"),
        graph.add("atrim", f"end_sample={samples}"),
        graph.add("abuffersink"),
    ]
    source = graph.add_abuffer(
        sample_rate=first.sample_rate, format=first.format, layout=first.layout, time_base=first.time_base
    )
    graph.link_nodes(source, *filters).configure()
    graph.set_audio_frame_size(_AAC_FRAME)
    return graph


def _pan(frame: AudioFrame) -> str | None:
    """Else one channel would lose 3 dB on its way to two."""
    return "stereo|c0=c0|c1=c0" if frame.layout.nb_channels == 1 else stereo_pan(frame)
