"""Whatever an editor's cut of a film is: exported and imported, it is the same, and is no change."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.editorial.exporting import export
from pipeline.editorial.importing import look_at_cut
from pipeline.production.open import decided_otherwise
from storyboard.planning.decided import THE_CUT, Decided
from storyboard.planning.editors_cut import CutShot, CutTransition, EditorsCut
from storyboard.schema.vocabulary import TransitionKind
from tests.support.mutations import in_one_folder
from tests.support.pipeline.decided_films import Folder
from tests.support.pipeline.slate_films import SHOTS


@st.composite
def cuts(draw: st.DrawFn) -> EditorsCut:
    some = st.none() | st.integers(1, 60)
    kinds = st.sampled_from([kind for kind in TransitionKind if kind is not TransitionKind.CUT])
    places = [
        CutShot(
            shot=name,
            first=draw(st.integers(-12, 30)),
            frames=draw(some),
            speed=draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(3)])),
            transition=CutTransition(kind=draw(kinds), frames=draw(st.integers(1, 30)))
            if draw(st.booleans())
            else None,
            fade_out=draw(st.none() | st.integers(0, 12)),
        )
        for name in draw(st.lists(st.sampled_from(SHOTS), min_size=1, max_size=9))
    ]
    return EditorsCut(shots=tuple(places), known=SHOTS)


@settings(in_one_folder, max_examples=15)
@given(cut=cuts())
def test_an_editors_cut_comes_back_as_it_went_out(film: Folder, cut: EditorsCut):
    production = decided_otherwise(film.open(), {THE_CUT: Decided(cut=cut)})
    made = export(production, film.path / "cut.otio")
    incoming = look_at_cut(production, made.path)
    assert (incoming.changes, incoming.recut, incoming.renders) == ((), False, ())
    assert made.frames == production.plan().film.duration_frames()
