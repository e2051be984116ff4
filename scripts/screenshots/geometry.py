"""What is wrong with a page's geometry as it stands; also for tests."""

import re
from pathlib import Path

from playwright.sync_api import Page

GEOMETRY = Path(__file__).with_name("geometry.js").read_text().split("\n\n", 1)[1].rstrip().rstrip(";")


def geometry_problems(page: Page) -> list[str]:
    """It scrolls sideways, or controls are covered, cut, small or out of reach. Of an open dialog alone."""
    return [re.sub(r"\s+", " ", found) for found in page.evaluate(GEOMETRY)]
