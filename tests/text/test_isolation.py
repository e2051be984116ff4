"""A name that runs from right to left stays in its place: no sentence of ours turns round with it."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import reflex as rx

from compiler.text.bidirectional import levels_of
from echoes.mail import messages
from echoes.pages.common.state import PageState, vars_of
from echoes.photos.processing import SENTENCES
from echoes.sharing.link_preview import title_of
from echoes.sharing.replies.visitor import checked_name, checked_words
from echoes.text.isolation import NESTING, isolated
from echoes.text.validation import is_shown
from echoes.uploads.protocol import file_name
from scripts.sentences import Sentence, collect

ROOT = Path(__file__).parents[2]
HEBREW = "רוזה (1987)"
PERSONS = re.compile(
    r"(?:^|[.\s_])(title|name|filename|sender|inviter|person|subject|project|author|actor_name|reason|email"
    r"|owner)(\[[^\]]*\])?$"
)
"""How a value is called that people write: the last name of what is put into a sentence."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
ISOLATED = re.compile(r"isolated\((.*)\)")
READ_BY_PEOPLE = {"page", "operator page", "share page", "error"}
NAMES_OF_OURS = {
    "echoes/components/audio_preview.jsx": "Python gives the title isolated",
    "echoes/content_credentials/": "providers, and reasons of a library",
    "echoes/credits/payments/webhook.py": "why a message of Stripe was refused",
    "echoes/pages/admin/ledger_health/view.py": "headings of a page",
    "echoes/pages/admin/person/view.py": "headings of a page",
    "echoes/photos/processing.py": "isolated before it is put in, by the test below",
    "echoes/standalone_page.py": "titles of pages",
    "echoes/admin/music.py": "names of fields",
    "echoes/uploads/protocol.py": "names of fields",
    "echoes/backups/": "names of files and snapshots",
    "echoes/certificates/": "names of hosts",
    "echoes/processes/": "reasons of machines",
    "echoes/providers/": "names of providers",
    "echoes/reflex_adapter/": "names of chunks",
    "echoes/storage/": "reasons of a bucket",
    "echoes/web/": "names of files",
}
"""Where such a name is no person's, and why."""


def is_ours(sentence: Sentence) -> bool:
    return any(sentence.file.startswith(place) for place in NAMES_OF_OURS)


@cache
def with_persons_text() -> list[tuple[Sentence, str]]:
    """Each sentence that holds what a person wrote, and the name of that value."""
    found = [
        (sentence, value)
        for sentence in collect(ROOT)
        if sentence.kind in READ_BY_PEOPLE and not sentence.file.endswith(".html") and not is_ours(sentence)
        for value in PLACEHOLDER.findall(sentence.text)
    ]
    return [(sentence, value) for sentence, value in found if _inner(value) and PERSONS.search(_inner(value))]


def _inner(value: str) -> str:
    wrapped = ISOLATED.fullmatch(value)
    return (wrapped[1] if wrapped else value).removesuffix("[:LONGEST_NAME]")


def test_whatever_a_person_wrote_is_isolated_in_every_sentence() -> None:
    assert len(with_persons_text()) > 30
    bare = [str(sentence) for sentence, value in with_persons_text() if not ISOLATED.fullmatch(value)]
    assert bare == []


def filled(sentence: Sentence, name: str) -> str:
    """With this name for what people write, and a number for everything else."""
    return PLACEHOLDER.sub(
        lambda found: name if PERSONS.search(_inner(found[1])) else "7", sentence.text
    ).strip()


def turned(sentence: str) -> str:
    """What of our own signs, letters and numbers runs from right to left."""
    ours = re.sub("\u2068[^\u2069]*\u2069", lambda found: "\0" * len(found[0]), sentence)
    pairs = zip(ours, levels_of(sentence), strict=True)
    return "".join(sign for sign, level in pairs if sign != "\0" and level)


def test_every_sentence_keeps_its_order_around_a_name_from_the_right() -> None:
    sentences = {sentence for sentence, _ in with_persons_text()}
    broken = [str(sentence) for sentence in sentences if turned(filled(sentence, isolated(HEBREW)))]
    assert broken == []
    assert (
        sum(bool(turned(filled(sentence, HEBREW).replace(HEBREW, "רוזה"))) for sentence in sentences) > 5
    ), "without isolation some turn: else this test proves nothing"


def mails() -> Iterator[messages.Content]:
    yield messages.invitation(HEBREW, "/join/1")
    for film in (messages.film_ready, messages.gift_opens, messages.reply_arrived):
        yield film(HEBREW, "/films")


@pytest.mark.parametrize("content", list(mails()), ids=lambda content: content.button)
def test_mails_read_from_the_left(content: messages.Content) -> None:
    sentences = [content.subject, *content.lines, content.reason]
    assert any(HEBREW in sentence for sentence in sentences)
    assert [sentence for sentence in sentences if turned(sentence)] == []


@pytest.mark.parametrize("reason", SENTENCES)
def test_what_is_said_of_a_file_reads_from_the_left(reason: str) -> None:
    said = SENTENCES[reason].format(name=isolated(f"{HEBREW}.jpg"), megapixels=100, pages=20)
    assert HEBREW in said
    assert turned(said) == ""


def test_the_preview_of_a_link_reads_from_the_left() -> None:
    assert turned(title_of(HEBREW, "דוד")) == ""


def test_latin_needs_no_sign_that_nobody_sees() -> None:
    for name in ("Anna", "Müller & Söhne", "Łódź 1987", "Zoë 🎂", "写真", ""):
        assert isolated(name) == name


def test_a_name_that_ends_an_isolate_or_overrides_directions_does_neither() -> None:
    assert isolated("\u202egpj.exe") == "gpj.exe"
    assert isolated(f"\u2069{HEBREW}\u202e") == f"\u2068{HEBREW}\u2069"


@pytest.mark.parametrize("sign", [*map(chr, NESTING)], ids=ascii)
def test_nothing_that_people_name_holds_such_a_sign(sign: str) -> None:
    """A page's var is isolated as it is: nobody can take a sign out of it there."""
    assert not is_shown(f"Rosa{sign}"), "films, people, passkeys, invitations, music of operators"
    assert file_name({"filename": f"Rosa{sign}1987.jpg"}) == "Rosa1987.jpg"
    assert checked_name(f"Rosa{sign}1987") == "Rosa1987"
    assert checked_words(f"Rosa{sign}1987") == "Rosa1987"


def test_a_var_of_a_page_is_isolated_whatever_it_will_hold() -> None:
    label = str(rx.Var.create(f"Your account, {isolated(vars_of(PageState).person)}"))
    assert ("\\u2068" in label, "\\u2069" in label) == (True, True)


TEMPLATES = sorted((ROOT / "echoes/sharing/templates").glob("*.html"))
BESIDE_WORDS = re.compile(r">([^<>{}]*[A-Za-z·][^<>{}]*)\{\{ (shown\.(?:sender|title|note)|sentence) \}\}")


def test_templates_isolate_by_an_element_of_html() -> None:
    texts = [template.read_text() for template in TEMPLATES]
    assert sum(text.count("<bdi>{{") for text in texts) >= 4
    assert [found[0] for text in texts for found in BESIDE_WORDS.finditer(text)] == []
