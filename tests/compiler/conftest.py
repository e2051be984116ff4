"""Real clips of the profile, drawn and encoded once in a run, by one worker for all."""

import wave
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.codec.encoder import clip_writer
from compiler.codec.profile import Size
from compiler.picture.planes import PlanarFrame, to_frame
from tests.compiler.films import decoded
from tests.support.once import made_once

LENGTHS = (36, 40, 72)
SIZE = (1280, 720)


class Drawing:
    """A slanted pattern of its own for each number, moving by two pixels a frame."""

    def __init__(self, number: int, size: Size = SIZE) -> None:
        self._size = size
        down, across = np.mgrid[0 : size[1], 0 : size[0] + 2 * max(LENGTHS)]
        waves = np.sin(across / (11 + 5 * number)) + np.cos(down / (17 - 3 * number))
        self._luma = (110 + 40 * waves).astype(np.uint8)
        self._blue = (128 + 8 * number + 20 * waves[::2, ::2]).astype(np.uint8)
        self._red = (128 - 8 * number - 20 * waves[::2, ::2]).astype(np.uint8)

    def at(self, frame: int) -> PlanarFrame:
        width = self._size[0]
        luma = self._luma[:, 2 * frame : 2 * frame + width]
        half = slice(frame, frame + width // 2)
        return PlanarFrame(luma, self._blue[:, half], self._red[:, half])


def write_clip(path: Path, number: int, frames: int, size: Size = SIZE) -> Path:
    drawing = Drawing(number, size)
    with clip_writer(path, size, frames) as writer:
        for frame in range(frames):
            writer.write(to_frame(drawing.at(frame)))
    return path


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three clips of `LENGTHS` frames; the last has a group longer than the usual transitions."""

    def make(folder: Path) -> None:
        for number, frames in enumerate(LENGTHS):
            write_clip(folder / f"{number}.mp4", number, frames)

    folder = made_once(tmp_path_factory, "clips", make)
    return [folder / f"{number}.mp4" for number in range(len(LENGTHS))]


@pytest.fixture(scope="session")
def sources(clips: list[Path]) -> list[list[PlanarFrame]]:
    """Every frame of the clips."""
    return [decoded(clip) for clip in clips]


@pytest.fixture(scope="session")
def portrait_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        write_clip(folder / "portrait.mp4", 0, 30, (720, 1280))

    return made_once(tmp_path_factory, "portrait-clip", make) / "portrait.mp4"


class WriteSound(Protocol):
    def __call__(self, name: str, sounds: NDArray[np.floating[Any]], rate: int = 48000) -> Path: ...


@pytest.fixture
def write_sound(tmp_path: Path) -> WriteSound:
    """Writes (channels, n) floats from -1 to 1 as a WAV file."""

    def write(name: str, sounds: NDArray[np.floating[Any]], rate: int = 48000) -> Path:
        path = tmp_path / name
        with wave.open(str(path), "wb") as file:
            file.setnchannels(sounds.shape[0])
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((sounds.T * 32767).astype("<i2").tobytes())
        return path

    return write


@pytest.fixture
def music(write_sound: WriteSound) -> Path:
    """Five seconds of a chord."""
    times = np.arange(5 * 48000) / 48000
    chord = sum(np.sin(2 * np.pi * pitch * times) for pitch in (220.0, 277.2, 329.6)) / 6
    return write_sound("music.wav", np.stack([chord, chord * 0.8]), 48000)
