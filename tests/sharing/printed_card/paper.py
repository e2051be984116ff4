"""What a card's document has drawn, noted while it is drawn: a PDF itself keeps glyphs, not words."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from fpdf import FPDF

from echoes.sharing.printed_card.document import POINT


@dataclass
class Paper:
    """Lengths in millimetres."""

    pages: int = 0
    pictures: int = 0
    size: tuple[float, float] = (0.0, 0.0)
    words: list[str] = field(default_factory=list)
    text_boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    rectangles: list[tuple[float, float, float, float]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Without the ends of lines, which depend on how much fits."""
        return " ".join(self.words)


def drawn_on(monkeypatch: pytest.MonkeyPatch) -> Paper:
    paper = Paper()
    originals = {name: getattr(FPDF, name) for name in ("add_page", "image", "cell", "rect")}

    def add_page(pdf: FPDF, *args: Any, **named: Any) -> Any:
        paper.pages, paper.size = paper.pages + 1, (pdf.w, pdf.h)
        return originals["add_page"](pdf, *args, **named)

    def image(pdf: FPDF, *args: Any, **named: Any) -> Any:
        paper.pictures += 1
        return originals["image"](pdf, *args, **named)

    def cell(pdf: FPDF, width: float, height: float, text: str, **named: Any) -> Any:
        size = pdf.font_size_pt * POINT
        paper.words.append(text)
        paper.text_boxes.append((pdf.x, pdf.y, pdf.x + width, pdf.y + size))
        return originals["cell"](pdf, width, height, text, **named)

    def rect(pdf: FPDF, x: float, y: float, width: float, height: float, **named: Any) -> Any:
        paper.rectangles.append((x, y, width, height))
        return originals["rect"](pdf, x, y, width, height, **named)

    for name, noted in (("add_page", add_page), ("image", image), ("cell", cell), ("rect", rect)):
        monkeypatch.setattr(FPDF, name, noted)
    return paper
