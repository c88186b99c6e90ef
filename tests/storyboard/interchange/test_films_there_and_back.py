"""A film goes out in each format and comes back: nobody has changed anything."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.interchange.changes import changes_between
from storyboard.interchange.film_cut import CutFilm, CutNote, CutSound, CutTake, SeenShot
from storyboard.interchange.formats import notes_of, read_timeline, write_timeline
from storyboard.interchange.read_cut import read_cut
from storyboard.interchange.timeline import first_hour, timeline_of
from storyboard.schema.vocabulary import TransitionKind

RATES = [Fraction(text) for text in ("24", "25", "24000/1001", "30000/1001", "30", "60")]
HEAD = 24


def take(shot, number):
    return CutTake(shot, number, f"{number}{ord(shot[0]):06x}".ljust(64, "a"), HEAD, 600)


@st.composite
def films(draw, rate):
    """What a film can be: transitions have their frames, and a fade-out is followed by a cut."""
    shots = []
    for name in draw(st.lists(st.sampled_from(["1A", "1B", "2A", "Яма", "10"]), min_size=1, max_size=6)):
        kind = draw(st.sampled_from(TransitionKind))
        length = 0 if kind is TransitionKind.CUT else draw(st.integers(2, 10))
        if not shots and kind not in {TransitionKind.CUT, TransitionKind.FADE}:
            kind, length = TransitionKind.CUT, 0
        if shots and shots[-1].fade_out:
            kind, length = TransitionKind.CUT, 0
        takes = (take(name, 1), take(name, 2))
        notes = (CutNote(7, "Too dark.\nMore light", "ada", 3, 4),) if name in {"1A", "2A"} else ()
        shots.append(
            SeenShot(
                name,
                6 * draw(st.integers(0, 20)),
                draw(st.integers(24, 90)),
                draw(st.sampled_from([Fraction(1)] * 3 + [Fraction(1, 2), Fraction(2), Fraction(3, 2)])),
                kind,
                length,
                draw(st.sampled_from([0, 0, 5])),
                draw(st.sampled_from(takes)).digest,
                takes,
                notes,
            )
        )
    stem = CutSound("music", "stem_music", "c" * 64, 0, sum(shot.frames for shot in shots))
    line = CutSound("lines", "1A_line1", "d" * 64, 3, 20)
    return CutFilm("Film", rate, (128, 72), tuple(shots), (stem, line), start=first_hour(rate))


@pytest.mark.parametrize("suffix", [".edl", ".xml", ".fcpxml"])
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_film_that_nobody_changed_comes_back_unchanged(suffix, rate, tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / f"cut{suffix}"

    @settings(max_examples=6, deadline=None)
    @given(films(rate))
    def comes_back(film):
        write_timeline(timeline_of(film), path)
        timeline = read_timeline(path, rate)
        read = read_cut(timeline, film)
        assert changes_between(film, read) == []
        assert (read.notes, read.foreign, read.said, notes_of(timeline)) == ((), (), (), [])

    comes_back()
