"""Contact sheets: many screenshots of one size in one picture, each with its name."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

SHEET = 2000
WIDEST = {True: 330, False: 640}
"""Of one picture on a sheet: of those taken upright, of others."""
TALLEST, GAP, LINE = 900, 12, 20


def contact_sheet(pictures: list[Path], to: Path) -> None:
    """As many sheets as they need."""
    small = [_small(picture) for picture in pictures]
    for number, rows in enumerate(_sheets(list(_rows(small))), 1):
        height = sum(_height(row) for row in rows)
        sheet = Image.new("RGB", (SHEET, height), "#777")
        y = 0
        for row in rows:
            x = GAP
            for name, image in row:
                ImageDraw.Draw(sheet).text((x, y + 4), name, fill="white")
                sheet.paste(image, (x, y + LINE))
                x += image.width + GAP
            y += _height(row)
        sheet.save(to.with_name(f"{to.name}-{number}.png"))


Named = tuple[str, Image.Image]


def _small(picture: Path) -> Named:
    image = Image.open(picture).convert("RGB")
    width = min(image.width, WIDEST[image.width < 600])
    image = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
    return picture.stem, image.crop((0, 0, width, min(image.height, TALLEST)))


def _rows(images: list[Named]) -> Iterator[list[Named]]:
    row: list[Named] = []
    x = GAP
    for name, image in images:
        if row and x + image.width + GAP > SHEET:
            yield row
            row, x = [], GAP
        row.append((name, image))
        x += image.width + GAP
    if row:
        yield row


def _sheets(rows: list[list[Named]]) -> Iterator[list[list[Named]]]:
    sheet: list[list[Named]] = []
    for row in rows:
        if sheet and sum(map(_height, sheet)) + _height(row) > SHEET:
            yield sheet
            sheet = []
        sheet.append(row)
    if sheet:
        yield sheet


def _height(row: list[Named]) -> int:
    return LINE + max(image.height for _, image in row) + GAP
