"""The printed card: its words, its code and its picture, on paper of the size it says, in every script."""

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import segno
from PIL import Image

from echoes.sharing.printed_card import card, document
from echoes.sharing.printed_card.card import a4_folding_card, a6_card
from echoes.sharing.printed_card.content import CardContent
from echoes.sharing.printed_card.document import CardDocument, Style
from echoes.sharing.printed_card.fonts import DISPLAY
from tests.sharing.printed_card.paper import Paper, drawn_on

ADDRESS = "https://echoes.example.org/watch/abcdefgh"
DAY = datetime(2026, 11, 26, 18, tzinfo=UTC)
A6, A4 = (105.0, 148.0), (210.0, 297.0)
SCRIPTS = {
    "hebrew": "שלום, אמא! 50 years",
    "arabic": "ذكريات العائلة ❤️ 1987",
    "slavic": "Łódź, Příliš žluťoučký kůň",
    "cyrillic": "Зима у бабушки 🎬",
    "others": "Ελλάδα, हिन्दी, Việt Nam",
    "beyond all fonts": "夏天 1987",
}
LONG = {
    "a long title": "The long and winding summers at grandmother’s house by the sea, with all who came",
    "one long word": "W" * 120,
}


def content(**changes: object) -> CardContent:
    written = io.BytesIO()
    Image.new("RGB", (1280, 720), "#a54").save(written, "JPEG")
    values: dict[str, object] = {
        "address": ADDRESS, "title": "For Mum", "sender": "Anna", "note": "Fifty years.", "made_at": DAY,
        "opens_at": None, "has_password": False, "poster": written.getvalue(),
    } | changes  # fmt: skip
    return CardContent(**values)  # type: ignore[arg-type]


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Paper:
    return drawn_on(monkeypatch)


@pytest.mark.parametrize(
    ("draw", "size", "pages"), [(a6_card, A6, 2), (a4_folding_card, A4, 1)], ids=["A6", "A4"]
)
def test_a_card_says_all_that_it_should(
    paper: Paper, draw: Callable[[CardContent], bytes], size: tuple[float, float], pages: int
) -> None:
    made = draw(content())
    assert made.startswith(b"%PDF-")
    assert paper.size == pytest.approx(size, abs=0.1)
    assert paper.pages == pages
    for words in ("For Mum", "from Anna", "Fifty years.", "26 November 2026"):
        assert words in paper.text
    assert "your phone’s camera" in paper.text
    assert paper.pictures == 1


def test_a_card_says_when_it_opens_and_that_a_password_is_asked_for(paper: Paper) -> None:
    a6_card(content(opens_at=datetime(2026, 12, 24, 18, tzinfo=UTC), has_password=True))
    assert "It opens on 24 December 2026." in paper.text
    assert "You will be asked for a password." in paper.text


def test_a_card_does_without_what_there_is_not(paper: Paper) -> None:
    a6_card(content(sender="", note="", poster=b""))
    assert (paper.pages, paper.pictures) == (1, 0)
    assert "from" not in paper.text


def test_the_code_leads_to_the_film(paper: Paper) -> None:
    """The dark modules on paper are those that segno says, within a quiet zone of four."""
    pdf = CardDocument((100, 100), "")
    pdf.add_page()
    pdf.qr_code((10, 20), 60, ADDRESS)
    matrix = segno.make(ADDRESS, error="m").matrix
    module = 60 / (len(matrix) + 2 * document.QUIET_ZONE)
    dark = {
        (round((top - 20) / module) - 4, round((left - 10) / module) - 4 + offset)
        for left, top, width, _ in paper.rectangles
        for offset in range(round(width / module))
    }
    assert dark == {
        (row, place) for row, modules in enumerate(matrix) for place, is_dark in enumerate(modules) if is_dark
    }


@pytest.mark.parametrize("title", [*SCRIPTS.values(), *LONG.values()], ids=[*SCRIPTS, *LONG])
@pytest.mark.parametrize("draw", [a6_card, a4_folding_card], ids=["A6", "A4"])
@pytest.mark.slow
def test_words_of_every_script_and_length_stay_on_the_card(
    paper: Paper, draw: Callable[[CardContent], bytes], title: str
) -> None:
    draw(content(title=title, sender=title[:60], note=title * 5))
    assert paper.text_boxes
    for left, top, right, bottom in paper.text_boxes:
        panel = left // card.WIDTH * card.WIDTH
        assert panel <= left
        assert right <= panel + card.WIDTH
        assert 0 <= top < bottom <= paper.size[1]


@pytest.mark.parametrize("title", LONG.values(), ids=LONG)
def test_the_front_keeps_its_words_between_picture_and_code(paper: Paper, title: str) -> None:
    a6_card(content(title=title, sender="M" * 60, note=""))
    picture_ends = card.MARGIN + card.PICTURE[1]
    code_begins = card.HEIGHT - card.MARGIN - card.QR_SIDE
    above = [box for box in paper.text_boxes if box[1] < code_begins]
    assert above
    assert all(picture_ends <= top and bottom <= code_begins + 4 for _, top, _, bottom in above)


def test_text_becomes_smaller_until_it_fits() -> None:
    pdf = CardDocument((100, 100), "")
    style = Style(DISPLAY, 24, 8, 2)
    short, long = pdf.height_of(80, "For Mum", style), pdf.height_of(80, "For Mum " * 12, style)
    assert short == pytest.approx(24 * document.POINT * document.LINE_HEIGHT)
    assert long < 2 * short


def test_no_line_of_a_title_is_a_word_alone_beside_a_full_one(paper: Paper) -> None:
    a6_card(content(title="A year with Grandma Rosa"))
    assert paper.words[:2] == ["A year with", "Grandma Rosa"]
