"""The film as long as its music, and the music as long as the film: in one step, which can be undone."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from compiler.timeline.layout import lay_out
from compiler.timeline.model import FRAME_RATE, Shot, Timeline, Transition
from echoes.database import Database
from echoes.editing import history, lengths, soundtrack
from echoes.errors import BadInput, NotFound
from echoes.models import BeatCuts, Clip, MusicTrack, Project, Take
from echoes.projects import timeline
from tests.support.databases.rows import add_track


@pytest.fixture
def films_of(database: Database, project: Project, takes: list[Take]) -> "Films":
    return Films(database, project)


class Films:
    """Three clips of five seconds, with crossfades of half a second: 14 seconds."""

    def __init__(self, database: Database, project: Project) -> None:
        self.database, self.project = database, project

    def with_music(self, *seconds: float) -> "Films":
        with self.database.unscoped() as session:
            tracks = [add_track(session, duration=each) for each in seconds]
        with self.database.acting_as(self.project.owner_id) as session:
            soundtrack.set_tracks(session, self.project.id, [track.id for track in tracks])
        return self

    def fit_film(self) -> lengths.Fitting:
        with self.database.acting_as(self.project.owner_id) as session:
            return lengths.fit_film_to_music(session, self.project.id)

    def fit_music(self) -> lengths.Fitting:
        with self.database.acting_as(self.project.owner_id) as session:
            return lengths.fit_music_to_film(session, self.project.id)

    def built(self) -> Timeline:
        with self.database.reading_as(self.project.owner_id) as session:
            return timeline.build(session, session.get_one(Project, self.project.id))

    @property
    def row(self) -> Project:
        with self.database.reading() as session:
            return session.get_one(Project, self.project.id)


def test_clips_are_shortened_alike_until_the_film_ends_with_the_music(films_of: Films) -> None:
    fitting = films_of.with_music(10).fit_film()
    film = films_of.built()
    assert lay_out(film).duration == 10
    shown = [(shot.end or 0) - shot.start for shot in film.shots]
    assert max(shown) - min(shown) <= 1
    assert (fitting.is_changed, fitting.sentence) == (True, "Your film and its music now both last 0:10.")


def test_clips_that_were_cut_become_longer_again(films_of: Films, database: Database) -> None:
    with database.unscoped() as session:
        for clip in session.exec(select(Clip)):
            clip.trim_start, clip.trim_end = 30, 60
    films_of.with_music(9).fit_film()
    assert lay_out(films_of.built()).duration == 9


def test_what_clips_cannot_give_is_said_and_they_give_what_they_can(films_of: Films) -> None:
    films = films_of.with_music(60)
    assert films.fit_film() == lengths.Fitting(
        "Your clips last 0:14 at most; the music lasts 1:00. Add clips, or fit the music to them.",
        is_changed=False,
    )


def test_the_shortest_film_may_be_longer_than_its_music(films_of: Films) -> None:
    films = films_of.with_music(0.5)
    fitting = films.fit_film()
    assert lay_out(films.built()).duration > 0.5
    assert fitting.is_changed
    assert fitting.sentence.startswith("Your clips last 0:0")
    assert not films.fit_film().is_changed


def test_several_tracks_count_together(films_of: Films) -> None:
    films_of.with_music(6, 8).fit_film()
    assert lay_out(films_of.built()).duration == 6 + 8 - 1.5


def test_cuts_still_fall_on_the_beat(films_of: Films, database: Database) -> None:
    films = films_of.with_music(11)
    with database.unscoped() as session:
        track = session.exec(select(MusicTrack)).one()
        track.beats = [number * 0.7 for number in range(15)]
        session.get_one(Project, films.project.id).beat_cuts = BeatCuts.EVERY_BEAT
    films.fit_film()
    layout = lay_out(films.built())
    assert 10 <= layout.duration <= 11
    for transition in layout.transitions:
        middle = (transition.start + transition.frames // 2) / FRAME_RATE
        assert abs(middle / 0.7 - round(middle / 0.7)) < 0.04


def test_it_is_one_step_that_can_be_undone(films_of: Films, database: Database, anna: UUID) -> None:
    films = films_of.with_music(10)
    before = films.built()
    films.fit_film()
    with database.acting_as(anna) as session:
        assert history.undo(session, films.project.id) == "Film as long as the music"
    assert films.built() == before


def test_longer_music_begins_later_so_that_both_end_together(films_of: Films) -> None:
    films = films_of.with_music(60)
    fitting = films.fit_music()
    assert (films.row.music_start, films.row.music_fade_out) == (46, 0)
    assert fitting.sentence == "The music now begins at 0:46, and ends with your film."
    assert not films.fit_music().is_changed


def test_shorter_music_is_repeated(films_of: Films, database: Database, anna: UUID) -> None:
    films = films_of.with_music(5)
    with database.acting_as(anna) as session:
        soundtrack.set_repeats(session, films.project.id, False)
        soundtrack.set_fade_out(session, films.project.id, 0)
    assert lay_out(films.built()).notes == ("The music ends 9.0 s before the film.",)
    fitting = films.fit_music()
    assert (films.row.music_repeats, films.row.music_fade_out) == (True, 2)
    assert fitting.sentence == "The music lasts 0:05: it is repeated until your film ends."
    assert lay_out(films.built()).notes == ()


def test_music_whose_first_piece_cannot_begin_that_late_fades_out(films_of: Films) -> None:
    films = films_of.with_music(10, 60)
    assert films.fit_music().sentence == "The music lasts 1:08: it fades out when your film ends."


def test_without_music_there_is_nothing_to_fit(films_of: Films) -> None:
    with pytest.raises(BadInput, match="Choose a piece of music first"):
        films_of.fit_film()
    with pytest.raises(BadInput, match="Choose a piece of music first"):
        films_of.fit_music()


def test_a_stranger_finds_no_film(films_of: Films, stranger: UUID) -> None:
    for fit in (lengths.fit_film_to_music, lengths.fit_music_to_film):
        with pytest.raises(NotFound), films_of.database.acting_as(stranger) as session:
            fit(session, films_of.project.id)


def test_tracks_that_are_gone_are_left_out_of_the_film(
    films_of: Films, database: Database, anna: UUID
) -> None:
    films = films_of.with_music(20, 30, 40)
    with database.unscoped() as session:
        tracks = session.exec(select(MusicTrack).order_by(col(MusicTrack.id))).all()
        session.delete(tracks[1])
    music = films.built().soundtrack
    assert music is not None
    assert [track.duration for track in music.tracks] == [20, 40]


@given(
    shown=st.lists(st.tuples(st.integers(1, 240), st.integers(1, 240)), min_size=1, max_size=12),
    target=st.integers(1, 4000),
    transition=st.sampled_from([Transition(), Transition("crossfade", 12), Transition("wipe", 36)]),
)
def test_a_film_is_never_fitted_beyond_what_its_clips_have(
    shown: list[tuple[int, int]], target: int, transition: Transition
) -> None:
    shots = tuple(Shot(str(n), max(pair), 0, min(pair)) for n, pair in enumerate(shown))
    film = Timeline(shots, (transition,))
    fitted = lengths._fitted(film, target)
    for shot in fitted.shots:
        assert 0 <= shot.start < (shot.end or 0) <= (shot.frames or 0)
    before, after = (abs(target - lay_out(each).frames) for each in (film, fitted))
    assert after <= before or transition.frames
