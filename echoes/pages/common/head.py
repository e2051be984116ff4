"""<head> of every page: metadata, icons, preloads."""

import reflex as rx

FONTS = ("/fonts/fraunces-latin.woff2", "/fonts/figtree-latin.woff2")
PAPER = {"light": "#fbf8f3", "dark": "#171310"}
"""As --paper in assets/styles/tokens.css: the bar of a phone's browser takes the page's colour."""


def head() -> list[rx.Component]:
    return [
        *[_font(address) for address in FONTS],
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/icons/apple-touch-icon.png"),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        *[_bar_colour(mode, colour) for mode, colour in PAPER.items()],
    ]


def _font(address: str) -> rx.Component:
    """Asked for at once, not when the first words need it."""
    return rx.el.link(
        rel="preload", href=address, cross_origin="anonymous", custom_attrs={"as": "font"}, type="font/woff2"
    )


def _bar_colour(mode: str, colour: str) -> rx.Component:
    return rx.el.meta(
        name="theme-color", content=colour, custom_attrs={"media": f"(prefers-color-scheme: {mode})"}
    )
