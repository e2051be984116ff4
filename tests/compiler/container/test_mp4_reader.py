"""MP4 reader: the sample table of a clip, read from what may be anything."""

from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.container.mp4_reader import read_sample_table
from compiler.errors import CompilerError, FileMissing, NotAVideo

pytestmark = pytest.mark.slow


def test_the_table_says_what_the_container_does(clips: list[Path]) -> None:
    table = read_sample_table(clips[2])
    with av.open(str(clips[2])) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
    assert table.size == (1280, 720)
    assert table.frames == 72
    assert list(table.sizes) == [packet.size for packet in packets]
    assert list(table.offsets) == [packet.pos for packet in packets]
    assert list(table.presentation_order) == [(packet.pts or 0) // 512 for packet in packets]
    assert list(table.keyframes) == [n for n, packet in enumerate(packets) if packet.is_keyframe]


def test_a_group_can_be_cut_off_where_nothing_later_is_needed(clips: list[Path]) -> None:
    table = read_sample_table(clips[2])
    for frame in range(1, 72):
        end = table.prefix_end(frame)
        start, _ = table.group_of(frame)
        assert start <= end <= frame
        assert sorted(table.presentation_order[start:end]) == list(range(start, end))


def test_a_clip_that_is_gone_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read_sample_table(tmp_path / "gone.mp4")


def test_a_file_cut_off_anywhere_in_its_index_is_refused(clips: list[Path], tmp_path: Path) -> None:
    content = clips[0].read_bytes()
    index = content.index(b"moov") - 4
    length = int.from_bytes(content[index : index + 4])
    broken = tmp_path / "broken.mp4"
    for end in range(0, index + length, 37):
        broken.write_bytes(content[:end])
        with pytest.raises(NotAVideo):
            read_sample_table(broken)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_index_is_refused_or_still_makes_sense(
    data: st.DataObject, clips: list[Path], tmp_path: Path
) -> None:
    content = bytearray(clips[0].read_bytes())
    index = content.index(b"moov") - 4
    length = int.from_bytes(content[index : index + 4])
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(index, index + length - 1))] = data.draw(st.integers(0, 255))
    changed = tmp_path / "changed.mp4"
    changed.write_bytes(content)
    try:
        table = read_sample_table(changed)
    except CompilerError:
        return
    assert table.frames == len(table.offsets) == len(table.presentation_order)
    assert table.keyframes[0] == 0
