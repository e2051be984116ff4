"""Layout of the printed card: A6 on two sides, or A4 to be folded twice into a card of that size."""

import io
from dataclasses import replace

from PIL import Image, ImageDraw, ImageOps

from echoes.sharing.printed_card.content import CardContent
from echoes.sharing.printed_card.document import CardDocument, Style
from echoes.sharing.printed_card.fonts import DISPLAY, ITALIC
from echoes.text.formatting import full_date
from echoes.text.isolation import isolated

SOFT, RUST, HAIRLINE = (95, 85, 74), (156, 63, 28), (228, 219, 206)

WIDTH, HEIGHT = 105.0, 148.0
A4 = (210.0, 297.0)
MARGIN = 10.0
INNER = WIDTH - 2 * MARGIN
PICTURE = (INNER, 54.0)
PIXELS_PER_MM = 300 / 25.4
ROUND = 2.5
QR_SIDE = 38.0
TICK = 5.0

TITLE = Style(DISPLAY, 26, 7, 4, tallest=21)
SENDER = Style(ITALIC, 14, 7, 2, RUST, tallest=10)
NOTE = Style(DISPLAY, 14, 6, 14)
SMALL = Style(DISPLAY, 10, 8, 3, SOFT)
DATE = Style(ITALIC, 10, 8, 2, SOFT)
BESIDE = replace(SMALL, is_centred=False)
DATE_BESIDE = replace(DATE, is_centred=False)
RULE = 14.0

SCAN = "Point your phone’s camera here to watch the film."
LOCKED = "You will be asked for a password."
MADE_WITH = "A film made of photographs, with Echoes"


def a6_card(content: CardContent) -> bytes:
    """Front, and on the back the words, where there are any."""
    pdf = CardDocument((WIDTH, HEIGHT), content.words)
    pdf.add_page()
    _frame(pdf, 0, 0)
    _front(pdf, content, 0, 0)
    if content.note:
        pdf.add_page()
        _frame(pdf, 0, 0)
        _message(pdf, content, 0, 0)
    return bytes(pdf.output())


def a4_folding_card(content: CardContent) -> bytes:
    """One side of one sheet, folded twice: the upper half stands on its head and comes to lie inside."""
    pdf = CardDocument(A4, content.words)
    pdf.add_page()
    height = A4[1] / 2
    _fold_marks(pdf)
    for panel, x, y, is_upside_down in (
        (_back, 0.0, height, False),
        (_cover, WIDTH, height, False),
        (_message, WIDTH, 0.0, True),
        (_invitation, 0.0, 0.0, True),
    ):
        if is_upside_down:
            with pdf.rotation(180, x + WIDTH / 2, y + height / 2):
                panel(pdf, content, x, y)
        else:
            panel(pdf, content, x, y)
    return bytes(pdf.output())


def _front(pdf: CardDocument, content: CardContent, x: float, y: float) -> None:
    """Everything that matters on one side."""
    top = _picture(pdf, content, x, y + MARGIN)
    bottom = y + HEIGHT - MARGIN - QR_SIDE
    height = pdf.height_of(INNER, content.title, TITLE)
    height += 1 + pdf.height_of(INNER, _from(content), SENDER) if content.sender else 0
    y = top + max(3.0, (bottom - top - height) / 2)
    y = pdf.text_block((x + MARGIN, y), INNER, content.title, TITLE)
    if content.sender:
        pdf.text_block((x + MARGIN, y + 1), INNER, _from(content), SENDER)
    _scan_row(pdf, content, x + MARGIN, bottom)


def _cover(pdf: CardDocument, content: CardContent, x: float, y: float) -> None:
    top = _picture(pdf, content, x, y + MARGIN + 8)
    height = pdf.height_of(INNER, content.title, TITLE)
    bottom = y + HEIGHT - MARGIN - 14
    place = top + max(4.0, (bottom - top - height) / 2)
    pdf.text_block((x + MARGIN, place), INNER, content.title, TITLE)
    if content.sender:
        pdf.text_block((x + MARGIN, bottom), INNER, _from(content), SENDER)


def _message(pdf: CardDocument, content: CardContent, x: float, y: float) -> None:
    """The words, in the middle of the page, and the name under them."""
    if not content.note:
        return
    height = pdf.height_of(INNER, content.note, NOTE)
    place = y + max(MARGIN, (HEIGHT - height) / 2 - 8)
    place = pdf.text_block((x + MARGIN, place), INNER, content.note, NOTE)
    pdf.set_draw_color(*RUST)
    pdf.set_line_width(0.3)
    pdf.line(x + (WIDTH - RULE) / 2, place + 5, x + (WIDTH + RULE) / 2, place + 5)
    if content.sender:
        pdf.text_block((x + MARGIN, place + 8), INNER, content.sender, SENDER)


def _invitation(pdf: CardDocument, content: CardContent, x: float, y: float) -> None:
    side = 52.0
    top = y + (HEIGHT - side) / 2 - 14
    pdf.qr_code((x + (WIDTH - side) / 2, top), side, content.address)
    place = pdf.text_block((x + MARGIN + 10, top + side + 3), INNER - 20, SCAN, SMALL)
    for line in _conditions(content):
        place = pdf.text_block((x + MARGIN, place + 1.5), INNER, line, DATE)


def _back(pdf: CardDocument, content: CardContent, x: float, y: float) -> None:
    pdf.text_block((x + MARGIN, y + HEIGHT - MARGIN - 12), INNER, MADE_WITH, SMALL)


def _scan_row(pdf: CardDocument, content: CardContent, x: float, y: float) -> None:
    """The code, and beside it what to do with it. Its quiet zone is as white as the paper, so it hangs out of
    the row."""
    quiet = 4.0
    pdf.qr_code((x - quiet, y + quiet), QR_SIDE, content.address)
    left, width = x + QR_SIDE - quiet + 2, INNER - QR_SIDE + quiet - 2
    lines = [(SCAN, BESIDE), *((line, DATE_BESIDE) for line in _conditions(content))]
    height = sum(pdf.height_of(width, text, style) + 1.5 for text, style in lines)
    place = y + quiet + (QR_SIDE - height) / 2
    for text, style in lines:
        place = pdf.text_block((left, place), width, text, style) + 1.5


def _conditions(content: CardContent) -> list[str]:
    opens = f"It opens on {full_date(content.opens_at)}." if content.opens_at else full_date(content.made_at)
    return [opens, LOCKED] if content.has_password else [opens]


def _picture(pdf: CardDocument, content: CardContent, x: float, y: float) -> float:
    """Where it ends. A wide one is cut a little, others are as narrow as they are."""
    if not content.poster:
        return y
    with Image.open(io.BytesIO(content.poster), formats=["JPEG"]) as opened:
        poster = opened.convert("RGB")
    width = min(PICTURE[0], PICTURE[1] * poster.width / poster.height)
    encoded = io.BytesIO()
    _rounded(poster, (width, PICTURE[1])).save(encoded, "JPEG", quality=88)
    pdf.image(encoded, x + (WIDTH - width) / 2, y, width, PICTURE[1])
    return y + PICTURE[1]


def _rounded(poster: Image.Image, size: tuple[float, float]) -> Image.Image:
    """At the resolution of printers, with corners of the paper's colour."""
    width, height = (round(side * PIXELS_PER_MM) for side in size)
    picture = ImageOps.fit(poster, (width, height), Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    mask = Image.new("L", picture.size)
    box = (0, 0, width - 1, height - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, round(ROUND * PIXELS_PER_MM), fill=255)
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=mask)
    return paper


def _frame(pdf: CardDocument, x: float, y: float) -> None:
    """A hairline, along which the card can be cut."""
    pdf.set_draw_color(*HAIRLINE)
    pdf.set_line_width(0.2)
    pdf.rect(x + 4, y + 4, WIDTH - 8, HEIGHT - 8, round_corners=True, corner_radius=3)


def _fold_marks(pdf: CardDocument) -> None:
    """Short, at the edges, where nobody sees them on the folded card."""
    pdf.set_draw_color(*HAIRLINE)
    pdf.set_line_width(0.2)
    middle, half = A4[0] / 2, A4[1] / 2
    for start, end in ((0.0, TICK), (A4[1] - TICK, A4[1])):
        pdf.line(middle, start, middle, end)
    for start, end in ((0.0, TICK), (A4[0] - TICK, A4[0])):
        pdf.line(start, half, end, half)


def _from(content: CardContent) -> str:
    return f"from {isolated(content.sender)}"
