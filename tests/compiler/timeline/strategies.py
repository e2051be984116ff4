"""Strategies of Hypothesis: any timeline that a film may have."""

from hypothesis import strategies as st

from compiler.timeline.model import (
    FITS,
    TITLE_STYLES,
    TRANSITION_KINDS,
    Card,
    Shot,
    Soundtrack,
    Timeline,
    Titles,
    Track,
    Transition,
)

shots = st.builds(
    Shot,
    clip=st.sampled_from(["a.mp4", "b.mp4", "c.mp4"]),
    frames=st.integers(30, 400),
    start=st.integers(0, 29),
    end=st.none() | st.integers(30, 500),
    caption=st.none() | st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text),
    audio=st.sampled_from([None, "a.m4a", "b.m4a"]),
    audio_volume=st.floats(0, 2),
    mark=st.sampled_from([None, "Generated"]),
)
transitions = st.builds(
    Transition,
    st.sampled_from(TRANSITION_KINDS),
    st.integers(5, 48),
)
cards = st.builds(
    Card, st.just("Text"), st.integers(12, 96), transitions, st.sampled_from([None, "At the lake"])
)
tracks = st.builds(Track, st.sampled_from(["n.mp3", "o.mp3"]), st.floats(0, 4), st.floats(4.1, 60))
soundtracks = st.builds(
    Soundtrack,
    st.just("m.mp3"),
    volume=st.floats(0, 2),
    start=st.floats(0, 4),
    loop=st.booleans(),
    duration=st.floats(4.1, 60),
    fade_in=st.floats(0, 10),
    fade_out=st.floats(0, 10),
    normalise=st.booleans(),
    further=st.lists(tracks, max_size=4).map(tuple),
) | st.builds(Soundtrack, st.just("m.mp3"), st.floats(0, 2))


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    chosen = draw(st.lists(shots, min_size=1, max_size=8))
    between = draw(st.lists(transitions, min_size=len(chosen) - 1, max_size=len(chosen) - 1))
    titles = Titles(draw(st.none() | cards), draw(st.none() | cards))
    soundtrack = draw(st.none() | soundtracks)
    fades = draw(st.tuples(st.integers(0, 100), st.integers(0, 100)))
    style = draw(st.sampled_from(TITLE_STYLES))
    return Timeline(
        tuple(chosen), tuple(between), soundtrack, titles,
        fade_in=fades[0], fade_out=fades[1], title_style=style,
        size=draw(st.sampled_from([None, (1280, 720), (720, 1280)])), fit=draw(st.sampled_from(FITS)),
    )  # fmt: skip
