"""Signed URLs: how long they live, and that nothing in them can be changed."""

from urllib.parse import parse_qs, urlsplit

import pytest

from echoes.errors import Refused
from echoes.storage.signing import UrlSigner

KEY = "someone/photos/one.jpg"
MINUTE = 60
NOON = 1_795_348_800.0


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signer(clock: Clock) -> UrlSigner:
    return UrlSigner(b"a secret of this installation", clock)


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_a_url_lives_between_a_quarter_of_an_hour_and_an_hour(signer: UrlSigner, clock: Clock) -> None:
    for minute in range(200):
        clock.now = NOON + minute * MINUTE
        left = signer.seconds_left(query_of(signer.url(KEY)))
        assert 15 * MINUTE <= left <= 60 * MINUTE


def test_the_same_url_returns_for_most_of_an_hour(signer: UrlSigner, clock: Clock) -> None:
    urls = set()
    for minute in range(180):
        clock.now = NOON + minute * MINUTE
        urls.add(signer.url(KEY))
    assert len(urls) <= 180 / 45 + 1


def test_it_opens_until_it_expires_and_not_after(signer: UrlSigner, clock: Clock) -> None:
    query = query_of(signer.url(KEY))
    clock.now = float(query["expires"]) - 1
    signer.check(KEY, query)
    clock.now += 1
    with pytest.raises(Refused, match="expired"):
        signer.check(KEY, query)


@pytest.mark.parametrize(
    "change",
    [
        {"expires": "99999999999"}, {"expires": ""}, {"expires": "١٢٣"}, {"name": "other.exe"}, {"name": ""},
        {"size": "9001"}, {"size": ""}, {"size": "9000 "}, {"size": "x"},
        {"signature": ""}, {"signature": "é"}, {"signature": "\ud800"}, {"signature": "A" * 43},
    ],
)  # fmt: skip
def test_nothing_in_it_can_be_changed(signer: UrlSigner, change: dict[str, str]) -> None:
    query = query_of(signer.url(KEY, 9_000, "film.mp4")) | change
    with pytest.raises(Refused, match="not valid"):
        signer.check(KEY, query)


@pytest.mark.parametrize("missing", ["expires", "signature", "name", "size"])
def test_nothing_in_it_can_be_left_out(signer: UrlSigner, missing: str) -> None:
    query = query_of(signer.url(KEY, 9_000, "film.mp4"))
    del query[missing]
    with pytest.raises(Refused, match="not valid"):
        signer.check(KEY, query)


def test_a_part_of_one_field_does_not_pass_as_another(signer: UrlSigner) -> None:
    query = query_of(signer.url("a/b/c.jpg", 9, "x"))
    with pytest.raises(Refused):
        signer.check("a/b/c.jpg\nx", query | {"name": ""})
    with pytest.raises(Refused):
        signer.check("a/b/c.jpg", query | {"expires": query["expires"] + "\n9", "size": ""})


def test_another_installation_signs_differently(clock: Clock) -> None:
    query = query_of(UrlSigner(b"another secret", clock).url(KEY))
    with pytest.raises(Refused, match="not valid"):
        UrlSigner(b"a secret of this installation", clock).check(KEY, query)
