"""The sound that came with a clip, kept beside it: as long as the clip, to the sample."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph

from compiler.encoder import atomic_output
from compiler.errors import NotAVideo
from compiler.media import audio_of, open_media, video_of
from compiler.profile import FRAMES_PER_SECOND

SAMPLE_RATE = 48000
_SAMPLES_PER_FRAME = SAMPLE_RATE // FRAMES_PER_SECOND
_AAC_FRAME = 1024
_BIT_RATE = 192_000


def write_audio(source: Path, output: Path, frames: int) -> Path | None:
    """Write the sound track of a video as AAC; None if there is nothing in it."""
    samples = frames * _SAMPLES_PER_FRAME
    with open_media(source, NotAVideo) as media:
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
    graph = None
    for frame in media.decode(stream):
        if frame.pts is None or frame.time_base is None:
            continue
        frame.pts -= round(offset / frame.time_base)
        if graph is None:
            graph = _graph(frame, samples)
        graph.push(frame)
        yield from _pulled(graph)
    if graph is not None:
        graph.push(None)
        yield from _pulled(graph)


def _graph(first: AudioFrame, samples: int) -> Graph:
    graph = Graph()
    filters = [
        # Gaps and overlaps in the time stamps become silence and cuts; so does a late or early start.
        graph.add("aresample", f"{SAMPLE_RATE}:async=1:first_pts=0"),
        graph.add("pan", "stereo|c0=c0|c1=c0")  # else one channel would lose 3 dB on its way to two
        if first.layout.nb_channels == 1
        else graph.add("anull"),
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


def _pulled(graph: Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, AudioFrame):
            yield frame
