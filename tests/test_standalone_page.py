"""HTML pages without the front end: what is put into them never becomes markup, and their sheet is there."""

import html5lib
import pytest

from echoes.settings import ASSETS
from echoes.standalone_page import page_with_form, page_with_link, standalone_page

MARKUP = """<script>alert("'1'")</script>"""
PAGES = {
    "a sentence": standalone_page(MARKUP, MARKUP),
    "a link": page_with_link(MARKUP, MARKUP, MARKUP, MARKUP),
    "a form": page_with_form(MARKUP, MARKUP, MARKUP, MARKUP),
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_nothing_that_is_put_in_becomes_markup(page: str) -> None:
    tree = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True).parse(page)
    assert [tag.tag for tag in tree.iter() if tag.tag == "script"] == []
    assert tree.findtext(".//h1") == tree.findtext(".//p") == MARKUP


def test_a_form_posts_and_a_link_leads_to_the_address() -> None:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    form = parser.parse(PAGES["a form"]).find(".//form")
    assert (form.get("method"), form.get("action")) == ("post", MARKUP)
    assert form.findtext("button") == MARKUP
    link = parser.parse(PAGES["a link"]).find(".//section/a")
    assert (link.get("href"), link.text) == (MARKUP, MARKUP)


def test_its_sheet_is_there() -> None:
    sheet = html5lib.HTMLParser(namespaceHTMLElements=False).parse(PAGES["a link"]).find(".//link")
    assert (ASSETS / sheet.get("href").lstrip("/")).is_file()
