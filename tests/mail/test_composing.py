"""Composed messages: plain text and HTML, headers that nobody adds to, and an unsubscribe link."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from echoes.errors import BadInput
from echoes.mail import messages
from echoes.mail.addresses import clean_address
from echoes.mail.composing import compose
from echoes.mail.messages import Content
from echoes.models import Mail, MailKind, new_id, now

EVERY: dict[MailKind, Content] = {
    MailKind.SIGN_IN: messages.sign_in(new_id(), "/auth/link"),
    MailKind.CONFIRM: messages.confirm(new_id(), "/auth/link"),
    MailKind.INVITATION: messages.invitation("Rosa", "/i/abc"),
    MailKind.FILM_READY: messages.film_ready("Summer 1987", "/project/1/film"),
    MailKind.GIFT_OPENS: messages.gift_opens("Summer 1987", "/watch/abc"),
    MailKind.REPLY: messages.reply_arrived("Summer 1987", "/project/1/film"),
    MailKind.NOTICE: messages.operator_notice("Clips wait until you let them go on.", "/admin/allowances"),
    MailKind.BACKUP_BAD: messages.backup_bad("There is no room."),
}


@pytest.fixture(autouse=True)
def in_use(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_MAIL_FROM", "Echoes <echoes@example.org>")


def mail(kind: MailKind, content: Content, address: str = "anna@example.org") -> Mail:
    return Mail(
        owner_id=new_id(), kind=kind, address=address, content=content.to_json(), once="1", expires_at=now()
    )


def parsed(made: EmailMessage) -> EmailMessage:
    read = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def part(made: EmailMessage, kind: str) -> str:
    found: Any = parsed(made).get_body(preferencelist=(kind,))
    return str(found.get_content())


@pytest.mark.parametrize("kind", MailKind)
def test_every_kind_says_the_same_in_both_forms(kind: MailKind) -> None:
    content = EVERY[kind]
    made = compose(mail(kind, content))
    plain, html = part(made, "plain"), part(made, "html")
    for line in (*content.lines, content.button, content.reason):
        assert line in plain
        assert line.replace("'", "&#39;") in html
    assert parsed(made)["Subject"] == content.subject
    assert "prefers-color-scheme: dark" in html
    assert "<img" not in html
    assert "src=" not in html
    assert "{{" not in plain + html


def test_kinds_that_answer_nothing_can_be_done_without() -> None:
    for kind, content in EVERY.items():
        headers = parsed(compose(mail(kind, content)))
        is_answer = kind in (MailKind.SIGN_IN, MailKind.CONFIRM)
        assert (headers["List-Unsubscribe-Post"] is None) == is_answer
        assert (headers["List-Unsubscribe"] is None) == is_answer
        assert headers["Auto-Submitted"] == "auto-generated"


def test_a_row_is_always_the_same_message() -> None:
    row = mail(MailKind.FILM_READY, EVERY[MailKind.FILM_READY])
    first, second = compose(row), compose(row)
    assert first["Message-ID"] == second["Message-ID"] == f"<{row.id.hex}@example.org>"
    assert first["Date"] == second["Date"]
    assert first["From"] == "Echoes <echoes@example.org>"


@pytest.mark.parametrize(
    "title",
    ["Summer\r\nBcc: everybody@example.org", "a\nb\x00c", "x" * 5000, "\u2028Bcc: a@b.c", "Ümläute 🎞 “ok”"],
)
def test_what_people_call_their_films_adds_no_header(title: str) -> None:
    made = parsed(compose(mail(MailKind.FILM_READY, messages.film_ready(title, "/films"))))
    assert made["Bcc"] is None
    assert made["To"] == "anna@example.org"
    assert len(str(made["Subject"])) <= 150


def test_html_of_others_is_text() -> None:
    title = "<script>alert(1)</script><img src=x>"
    html = part(compose(mail(MailKind.FILM_READY, messages.film_ready(title, "/films"))), "html")
    assert "<script" not in html
    assert "<img" not in html


def test_the_token_of_a_link_is_not_in_the_row() -> None:
    link = new_id()
    row = mail(MailKind.SIGN_IN, messages.sign_in(link, "/auth/link"))
    plain = part(compose(row), "plain")
    token = plain.split("/auth/link/")[1].split()[0]
    assert token not in str(row.content)
    assert len(token) > 60


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Anna@Example.ORG ", "Anna@example.org"), ("a.b+c@example.org", "a.b+c@example.org"),
        ("anna@müller.example", "anna@xn--mller-kva.example"),
    ],
)  # fmt: skip
def test_an_address_is_written_in_one_way(typed: str, address: str) -> None:
    assert clean_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "", "anna", "@example.org", "anna@", "anna@example", "a b@example.org", "a@b@example.org",
        "anna@example.org\r\nBcc: x@y.z", "anna@example.org, x@y.z", "Anna <anna@example.org>",
        "a..b@example.org", ".a@example.org", "ünna@example.org", "anna@-x.org", "anna@x..org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 63 + "." + "e" * 63 + ".org", "anna@exa mple.org",
        "\x00@example.org", "anna@example.org\x00", '"a b"@example.org', "anna@[127.0.0.1]", "a" * 10_000,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="address"):
        clean_address(typed)
