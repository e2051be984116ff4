"""Share links, and the page that a visitor sees."""
