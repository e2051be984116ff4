"""Renders the pieces: `python -m scripts.music [--only tender] [--folder assets/music]`."""

import argparse
import json
from pathlib import Path
from typing import Any

from compiler.audio.loudness import measure
from compiler.audio.peaks import find_peaks
from scripts.music.envelopes import RATE
from scripts.music.mastering import encode, loudness, master, true_peak
from scripts.music.mixing import LEAD_IN, record
from scripts.music.pieces import PIECES
from scripts.music.score import Piece

LICENCE = "CC0-1.0: composed and synthesised for this project by scripts/music, free of all rights"


def render(piece: Piece, folder: Path) -> None:
    sound = master(record(piece), piece.warmth)
    target = folder / f"{piece.identifier}.m4a"
    encode(sound, piece, target)
    size = target.stat().st_size / 1e6
    print(
        f"{piece.identifier:<10} {len(sound) / RATE:6.1f} s  {loudness(sound):6.1f} LUFS  "
        f"{true_peak(sound):5.1f} dBTP  {size:.2f} MB"
    )


def description(piece: Piece, folder: Path) -> dict[str, Any]:
    """What the app and the compiler need to know of a track; beat k falls on first_beat + k · 60 / tempo."""
    levels = measure(folder / f"{piece.identifier}.m4a")
    return {
        "id": piece.identifier,
        "title": piece.title,
        "mood": piece.mood,
        "file": f"{piece.identifier}.m4a",
        "duration": round(piece.duration + LEAD_IN, 3),
        "tempo": piece.tempo,
        "first_beat": LEAD_IN,
        "beats_per_bar": piece.beats_per_bar,
        "loudness": levels.integrated,
        "true_peak": levels.peak,
        "licence": LICENCE,
    }


def waveforms(folder: Path) -> dict[str, list[float]]:
    """What the page draws of each piece, by its identifier."""
    return {piece.identifier: list(find_peaks(folder / f"{piece.identifier}.m4a").peaks) for piece in PIECES}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.music", description=__doc__)
    parser.add_argument("--only", choices=[piece.identifier for piece in PIECES], help="render one piece")
    parser.add_argument("--folder", type=Path, default=Path("assets/music"))
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for piece in PIECES:
        if arguments.only in (None, piece.identifier):
            render(piece, arguments.folder)
    catalogue = json.dumps(
        [description(piece, arguments.folder) for piece in PIECES], indent=2, ensure_ascii=False
    )
    (arguments.folder / "tracks.json").write_text(catalogue + "\n", encoding="utf-8")
    drawn = json.dumps(waveforms(arguments.folder))
    (arguments.folder / "peaks.json").write_text(drawn + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
