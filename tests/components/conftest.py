"""A real browser, for scripts that a page loads."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support import programs

OPTIONS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a file, not for all: while it is open, its thread can run no other event loop."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=programs.chromium(), args=OPTIONS)
        yield opened
        opened.close()
