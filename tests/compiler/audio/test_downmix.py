"""Sound of any form as stereo, also where its form changes on the way."""

from pathlib import Path

import av
import numpy as np
import pytest

from compiler.audio.samples import decode_samples

RATE = 44_100


@pytest.mark.parametrize("layouts", [("mono", "stereo"), ("stereo", "mono")])
def test_channels_may_change_on_the_way(tmp_path: Path, layouts: tuple[str, str]) -> None:
    """As in broadcasts, and in files that were put one behind the other."""
    both = tmp_path / "both.aac"
    both.write_bytes(b"".join(one_second(layout, tmp_path / f"{layout}.aac") for layout in layouts))
    decoded = np.concatenate(list(decode_samples(both)), axis=1)
    assert decoded.shape[0] == 2
    middles = (0.25, 0.75)
    length = decoded.shape[1]
    assert [abs(decoded[0, int(length * middle)]) > 0.02 for middle in middles] == [True, True]


def one_second(layout: str, path: Path) -> bytes:
    moments = np.arange(RATE) / RATE
    channels = 1 if layout == "mono" else 2
    tone = np.tile(0.5 * np.sign(np.sin(2 * np.pi * 220 * moments)), (channels, 1)).astype(np.float32)
    with av.open(str(path), "w", format="adts") as file:
        stream = file.add_stream("aac", rate=RATE, layout=layout)
        frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout=layout)
        frame.sample_rate, frame.pts = RATE, 0
        for given in (frame, None):
            file.mux(stream.encode(given))
    return path.read_bytes()
