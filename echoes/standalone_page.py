"""HTML page without the front end: a title, a sentence, and what can be done next. Escapes what it gets."""

from html import escape

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} · Echoes</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="/styles/standalone.css">
</head>
<body>
<header><a class="wordmark" href="/">Echoes</a></header>
<main><section class="words">
<h1>{title}</h1>
<p>{sentence}</p>
{action}
</section></main>
</body>
</html>"""


def standalone_page(title: str, sentence: str) -> str:
    return _page(title, sentence, "")


def page_with_link(title: str, sentence: str, address: str, label: str) -> str:
    link = f'<a class="button" href="{escape(address, quote=True)}">{escape(label)}</a>'
    return _page(title, sentence, link)


def page_with_form(title: str, sentence: str, address: str, label: str) -> str:
    """Its button posts to `address`: a link alone may be opened by a program that checks mail."""
    button = f'<button class="button" type="submit">{escape(label)}</button>'
    return _page(
        title, sentence, f'<form method="post" action="{escape(address, quote=True)}">{button}</form>'
    )


def _page(title: str, sentence: str, action: str) -> str:
    return PAGE.format(title=escape(title), sentence=escape(sentence), action=action)
