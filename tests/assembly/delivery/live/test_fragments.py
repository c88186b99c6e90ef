"""Films are divided to be streamed: whole GOPs, no longer than allowed, waiting for nothing needless."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembly.cut.cut import cut_film
from assembly.cut.pieces import CopyPiece
from assembly.delivery.live.fragments import fragments_of, shots_of, sound_ends, target_s
from storyboard.media.mezzanine import GOP_FRAMES
from tests.support.assembly.films import film_of, films, takes_of

RATES = ("24", "24000/1001", "25", "60", "1")


def cuts():
    return films(RATES, 400).map(lambda film: cut_film(film, takes_of(film)))


def whole(cut):
    """The cut's pieces as parts, each with its place in its clip."""
    return [
        (piece, first, first + piece.frames)
        for piece in cut.pieces
        for first in [piece.first if isinstance(piece, CopyPiece) else 0]
    ]


def joined(fragments):
    """The parts of fragments, those of one piece that follow each other put together."""
    parts = []
    for part in (part for fragment in fragments for part in fragment.parts):
        if parts and parts[-1][0] is part.piece and parts[-1][2] == part.first:
            parts[-1] = (part.piece, parts[-1][1], part.last)
        else:
            parts.append((part.piece, part.first, part.last))
    return parts


@given(cuts())
def test_fragments_are_the_cut_without_a_gap_or_a_repeat(cut):
    fragments = fragments_of(cut)
    assert fragments[0].start == 0
    assert fragments[-1].end == cut.frames
    assert all(before.end == after.start for before, after in pairwise(fragments))
    assert joined(fragments) == whole(cut)


@given(cuts())
def test_each_begins_with_a_keyframe_and_is_no_longer_than_the_target(cut):
    longest = target_s(cut.picture.rate) * cut.picture.rate
    for fragment in fragments_of(cut):
        assert 0 < fragment.frames <= longest
        for part in fragment.parts:
            offset = part.piece.first if isinstance(part.piece, CopyPiece) else 0
            assert (part.first - offset) % GOP_FRAMES == 0


@given(cuts())
def test_a_fragment_waits_for_no_take_that_its_first_frame_and_those_before_it_do_not_need(cut):
    known = set()
    for fragment in fragments_of(cut):
        known.update(shots_of(fragment.parts[0].piece))
        needed = {shot for part in fragment.parts for shot in shots_of(part.piece)}
        assert needed <= known


@given(cuts(), st.data())
def test_the_rest_of_a_cut_is_divided_as_it_was_from_where_takes_were_waited_for(cut, data):
    fragments = fragments_of(cut)
    starts, at = [], 0
    for piece in cut.pieces:
        starts.append(at)
        at += piece.frames
    since = data.draw(st.sampled_from(starts))
    rest = fragments_of(cut, since)
    assert rest[0].start == since
    assert rest[-1].end == cut.frames
    if since in {fragment.start for fragment in fragments}:
        assert joined(rest) == joined(each for each in fragments if each.start >= since)


def test_a_place_at_which_no_piece_begins_is_refused_and_after_the_end_there_is_nothing():
    film = film_of([{"duration": 40}, {"duration": 30}])
    cut = cut_film(film, takes_of(film))
    with pytest.raises(ValueError, match="frame 41"):
        fragments_of(cut, 41)
    assert fragments_of(cut, 70) == ()


def test_a_long_take_is_divided_evenly():
    film = film_of([{"duration": 24 * 9}])
    fragments = fragments_of(cut_film(film, takes_of(film)))
    assert [fragment.frames for fragment in fragments] == [72, 72, 72]


def test_what_else_must_be_there_divides_too():
    film = film_of([{"duration": 24}, {"duration": 24}, {"duration": 24}])
    cut = cut_film(film, takes_of(film))
    assert len(fragments_of(cut)) == 3
    assert len(fragments_of(cut, needs=lambda _: {"everything"})) == 1


@given(st.integers(1, 48_000 * 60), st.sampled_from([44_100, 48_000]))
def test_sound_is_divided_into_whole_frames_of_aac_near_every_four_seconds(samples, sample_rate):
    ends = sound_ends(samples, sample_rate, 4)
    assert [*ends] == sorted({*ends})
    assert (ends[-1] - 1) * 1024 < samples <= ends[-1] * 1024
    for number, end in enumerate(ends[:-1], 1):
        assert abs(end * 1024 - number * 4 * sample_rate) <= 512
    assert all(round((end - begin) * 1024 / sample_rate) <= 4 for begin, end in pairwise([0, *ends]))
