"""Landing page illustration (SVG): a printed photograph, drawn here, whose camera begins to move."""

import reflex as rx

SKY, SUN, FAR, MIDDLE, NEAR = "sky", "sun", "far", "middle", "near"


def landing_picture() -> rx.Component:
    return rx.el.div(
        rx.el.div(_evening(), class_name="print behind left"),
        rx.el.div(_forest(), class_name="print behind right"),
        rx.el.div(
            rx.el.div(_sea(), class_name="window"),
            rx.el.div(rx.el.span(), class_name="running"),
            class_name="print front",
        ),
        class_name="prints",
        custom_attrs={"aria-hidden": "true"},
    )


def _scene(*layers: rx.Component, **props: str) -> rx.Component:
    return rx.el.svg(*layers, view_box="0 0 400 300", preserve_aspect_ratio="xMidYMid slice", **props)


def _sea() -> rx.Component:
    """Two people on a beach in the last light; each layer moves at its own speed."""
    return _scene(
        _gradient("dusk", ("0", "#f6c9a0"), ("0.55", "#ee9f78"), ("1", "#c96a55")),
        _gradient("water", ("0", "#e0957a"), ("1", "#5c5c78")),
        rx.el.svg.rect(width="400", height="300", fill="url(#dusk)"),
        rx.el.svg.circle(cx="262", cy="150", r="34", fill="#fdeccf", class_name="layer sun"),
        rx.el.svg.path(
            d="M-20 152 C60 112 120 138 190 148 C250 130 330 118 430 150 V180 H-20Z",
            fill="#a9645f",
            class_name="layer far",
        ),
        rx.el.svg.rect(x="-20", y="158", width="440", height="150", fill="url(#water)"),
        rx.el.svg.path(
            d="M205 166 h112 M226 178 h74 M198 192 h128 M240 206 h50",
            stroke="#fdeccf",
            stroke_width="3",
            stroke_linecap="round",
            opacity="0.55",
            class_name="layer shimmer",
        ),
        rx.el.svg.path(
            d="M-20 232 C80 206 190 236 270 222 C330 212 380 220 430 214 V310 H-20Z",
            fill="#4a3538",
            class_name="layer near",
        ),
        _walkers(),
    )


def _walkers() -> rx.Component:
    """A grown-up and a child, hand in hand."""
    return rx.el.svg.g(
        rx.el.svg.circle(cx="128", cy="150", r="9"),
        rx.el.svg.path(d="M117 162 q11 -6 22 0 l4 40 -6 1 -3 36 h-7 l-2 -30 -2 30 h-7 l-3 -37 -5 -2z"),
        rx.el.svg.circle(cx="168", cy="184", r="7"),
        rx.el.svg.path(d="M160 193 q8 -5 16 0 l5 24 -6 2 -2 22 h-5 l-1 -18 -2 18 h-5 l-2 -22 -3 -3z"),
        rx.el.svg.path(d="M140 170 L162 198", stroke="#33242a", stroke_width="5", stroke_linecap="round"),
        fill="#33242a",
        class_name="layer walkers",
    )


def _evening() -> rx.Component:
    return _scene(
        _gradient("hills", ("0", "#cfdcd6"), ("1", "#8fa9a0")),
        rx.el.svg.rect(width="400", height="300", fill="url(#hills)"),
        rx.el.svg.path(d="M0 190 L90 110 150 170 230 80 330 180 400 130 V300 H0Z", fill="#6f8a80"),
        rx.el.svg.path(d="M0 240 C120 190 260 250 400 210 V300 H0Z", fill="#46594f"),
    )


def _forest() -> rx.Component:
    return _scene(
        _gradient("room", ("0", "#ead9b8"), ("1", "#caa670")),
        rx.el.svg.rect(width="400", height="300", fill="url(#room)"),
        rx.el.svg.circle(cx="200", cy="130", r="70", fill="#8c5a3c", opacity="0.85"),
        rx.el.svg.circle(cx="150", cy="170", r="52", fill="#a4693f", opacity="0.8"),
        rx.el.svg.circle(cx="252", cy="172", r="56", fill="#b97d49", opacity="0.8"),
        rx.el.svg.rect(x="190", y="180", width="20", height="120", fill="#4d3424"),
    )


def _gradient(name: str, *stops: tuple[str, str]) -> rx.Component:
    return rx.el.svg.defs(
        rx.el.svg.linear_gradient(
            *[rx.el.svg.stop(offset=offset, stop_color=colour) for offset, colour in stops],
            id=name,
            x1="0",
            y1="0",
            x2="0",
            y2="1",
        )
    )
