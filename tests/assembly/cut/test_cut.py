from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembly.cut.cut import TakeInfo, cut_film, darkened
from assembly.cut.pieces import CopyPiece, FadeSpan, Joint
from storyboard.errors import AssemblyError
from storyboard.media.mezzanine import GOP_FRAMES
from storyboard.planning.transitions import CROSSINGS
from tests.support.assembly.films import film_of, films, take_info, takes_of


def shown(cut) -> list[list[tuple[str, int]]]:
    """The take frames that each frame of the film is made of, by shot."""
    frames = []
    for piece in cut.pieces:
        if isinstance(piece, CopyPiece):
            frames += [[(piece.shot, number)] for number in range(piece.first, piece.last)]
            continue
        joint = [[] for _ in range(piece.frames)]
        for excerpt in piece.excerpts:
            for frame in range(excerpt.start, excerpt.end):
                joint[frame].append((excerpt.shot, excerpt.first + frame - excerpt.start))
        frames += joint
    return frames


@given(films())
def test_each_frame_of_the_film_shows_its_shot_and_the_pieces_add_up(film):
    takes = takes_of(film)
    cut = cut_film(film, takes)
    assert cut.frames == film.duration_frames() == sum(piece.frames for piece in cut.pieces)
    pictures = shown(cut)
    assert len(pictures) == cut.frames
    for shot, start in cut.shot_starts.items():
        for number in range(takes[shot].shape.frames):
            assert (shot, takes[shot].shape.head + number) in pictures[start + number]
    dissolving = sum(len(picture) - 1 for picture in pictures)
    wanted = [s.transition for _, s in film.shots()[1:] if s.transition.kind in CROSSINGS]
    assert dissolving == sum(t.duration.frames(film.format.rate) for t in wanted)


@given(films())
def test_copied_pieces_are_whole_gops_and_nothing_touches_them(film):
    takes = takes_of(film)
    cut = cut_film(film, takes)
    film_frame = 0
    touched = set()
    for shot_in_film in (shot for _, shot in film.shots()):
        start, take = cut.shot_starts[shot_in_film.id], takes[shot_in_film.id].shape
        for title in shot_in_film.titles:
            at = title.at.frames(film.format.rate)
            length = title.duration.frames(film.format.rate) if title.duration else take.frames
            touched |= set(range(start + at, start + min(at + length, take.frames)))
        if shot_in_film.fade_out:
            touched |= set(range(start + take.frames - shot_in_film.fade_out.frames(24), start + take.frames))
    for piece in cut.pieces:
        if isinstance(piece, CopyPiece):
            assert piece.first % GOP_FRAMES == 0
            assert piece.last % GOP_FRAMES == 0 or piece.last == takes[piece.shot].shape.total
            assert touched.isdisjoint(range(film_frame, film_frame + piece.frames))
        film_frame += piece.frames


@given(films(), st.integers(0, 6))
def test_a_changed_take_changes_only_the_joints_it_is_in(film, which):
    takes = takes_of(film)
    changed = sorted(takes)[which % len(takes)]
    old = cut_film(film, takes)
    new = cut_film(film, {**takes, changed: TakeInfo("new", takes[changed].shape)})
    assert len(old.joints) == len(new.joints)
    for before, after in zip(old.joints, new.joints, strict=True):
        assert (before.digest != after.digest) == (changed in before.shots)


def test_a_film_of_cuts_is_copied_whole():
    cut = cut_film(film := film_of([{"duration": 30}, {"duration": 24}, {"duration": 7}]), takes_of(film))
    assert [(piece.shot, piece.first, piece.last) for piece in cut.pieces] == [
        ("s0", 0, 30),
        ("s1", 0, 24),
        ("s2", 0, 7),
    ]


def test_a_dissolve_takes_its_frames_from_the_handles_and_grows_to_gops():
    film = film_of([{"duration": 40}, {"duration": 40, "transition": {"kind": "dissolve", "duration": 13}}])
    first, joint, last = cut_film(film, takes_of(film)).pieces
    assert (first.shot, first.first, first.last) == ("s0", 0, 24)
    assert isinstance(joint, Joint)
    outgoing, incoming = joint.excerpts
    # 7 frames before the cut at 40, 6 after: s0 shows 33..46, s1 starts 7 frames ahead of its body
    assert (outgoing.first, outgoing.last, outgoing.start) == (24, 46, 0)
    assert (incoming.first, incoming.last, incoming.start) == (0, 24, 9)
    assert (last.shot, last.first, last.last) == ("s1", 24, 47)
    assert 24 + joint.frames + 23 == 80


def test_a_shot_that_moves_in_the_film_keeps_its_joints():
    shots = [{"duration": 30}, {"duration": 30, "titles": [{"text": "Hi", "duration": 10}]}]
    longer = [{"duration": 47}, shots[1]]
    digests = [
        [joint.digest for joint in cut_film(film, takes_of(film)).joints]
        for film in map(film_of, (shots, longer))
    ]
    assert digests[0] == digests[1]


def test_touching_runs_of_two_shots_stay_apart_across_a_cut():
    title = [{"text": "Hi"}]
    film = film_of([{"duration": 20, "titles": title}, {"duration": 20, "titles": title}])
    assert [joint.shots for joint in cut_film(film, takes_of(film)).joints] == [("s0",), ("s1",)]


@pytest.mark.parametrize(
    ("change", "changes"),
    [
        ({"titles": [{"text": "Bye", "duration": 10}]}, True),
        ({"titles": [{"text": "Hi", "style": "main", "duration": 10}]}, True),
        ({"titles": [{"text": "Hi", "at": 1, "duration": 10}]}, True),
        ({"titles": [{"text": "Hi", "duration": 11}]}, True),
        ({"action": "something else"}, False),
        ({"notes": "something else"}, False),
        ({"lines": [{"character": "x", "text": "Words"}]}, False),
    ],
)
def test_what_changes_the_digest_of_a_titled_joint(change, changes):
    base = {"duration": 30, "titles": [{"text": "Hi", "duration": 10}]}
    digests = {
        joint.digest
        for film in map(film_of, ([base], [{**base, **change}]))
        for joint in cut_film(film, takes_of(film)).joints
    }
    assert (len(digests) == 2) == changes


def test_the_format_is_part_of_the_digest():
    shots = [{"duration": 30, "fade_out": 5}]
    films = [film_of(shots), film_of(shots, rate="24000/1001"), film_of(shots, width=128)]
    assert len({cut_film(film, takes_of(film)).joints[0].digest for film in films}) == 3


def test_a_fade_through_black_meets_in_two_black_frames():
    film = film_of([{"duration": 24}, {"duration": 24, "transition": {"kind": "fade", "duration": 8}}])
    cut = cut_film(film, takes_of(film))
    darkening, brightening = (joint.excerpts[0] for joint in cut.joints)
    assert [darkening.level(frame) for frame in (7, 8, 9, 10, 11)] == [
        1,
        Fraction(3, 4),
        Fraction(1, 2),
        Fraction(1, 4),
        0,
    ]
    assert [brightening.level(frame) for frame in (0, 1, 4, 11)] == [0, Fraction(1, 4), 1, 1]


def test_a_dip_to_white_ends_and_begins_white_and_is_another_joint_than_a_fade():
    shots = [{"duration": 24}, {"duration": 24, "transition": {"kind": "dip-to-white", "duration": 8}}]
    going, coming = cut_film(film := film_of(shots), takes_of(film)).joints
    assert [going.excerpts[0].level(frame, "white") for frame in (7, 8, 11)] == [1, Fraction(3, 4), 0]
    assert [coming.excerpts[0].level(frame, "white") for frame in (0, 1, 4)] == [0, Fraction(1, 4), 1]
    assert {joint.excerpts[0].level(frame) for joint in (going, coming) for frame in range(12)} == {1}
    faded = film_of([shots[0], {**shots[1], "transition": {"kind": "fade", "duration": 8}}])
    assert {joint.digest for joint in cut_film(faded, takes_of(faded)).joints}.isdisjoint(
        {going.digest, coming.digest}
    )


def test_a_film_can_come_from_white():
    film = film_of([{"duration": 24, "transition": {"kind": "dip-to-white", "duration": 8}}])
    (fade,) = cut_film(film, takes_of(film)).joints[0].excerpts[0].fades
    assert fade == FadeSpan(rising=True, start=0, length=8, plain="white")
    assert darkened(film) == []


def test_a_wipe_lies_where_a_dissolve_would_and_is_another_joint():
    joints = {}
    for kind in ("dissolve", "wipe-left", "wipe-right"):
        film = film_of([{"duration": 40}, {"duration": 40, "transition": {"kind": kind, "duration": 13}}])
        (joints[kind],) = cut_film(film, takes_of(film)).joints
    assert len({joint.digest for joint in joints.values()}) == 3
    plain = [replace(excerpt, wipe=None) for excerpt in joints["wipe-left"].excerpts]
    assert tuple(plain) == joints["dissolve"].excerpts


def test_a_fade_is_black_beyond_its_dark_end():
    assert FadeSpan(rising=True, start=4, length=4).level(0) == 0
    assert FadeSpan(rising=False, start=4, length=4).level(9) == 0


def test_a_title_ends_with_its_shot():
    film = film_of([{"duration": 24, "titles": [{"text": "Hi", "at": 20, "duration": "10s"}]}])
    (title,) = cut_film(film, takes_of(film)).joints[0].excerpts[0].titles
    assert title.length == 4


def test_chapters_begin_with_their_scenes():
    film = film_of([{"duration": 24}, {"duration": 12}])
    second = film.scenes[0].model_copy(
        update={"slug": "EXT. SEA", "shots": (film.scenes[0].shots[0].model_copy(update={"id": "z"}),)}
    )
    film = film.model_copy(update={"scenes": (*film.scenes, second)})
    cut = cut_film(film, takes_of(film))
    assert [(chapter.title, chapter.start) for chapter in cut.chapters] == [
        ("INT. HERE - DAY", 0),
        ("EXT. SEA", 36),
    ]


@pytest.mark.parametrize(
    ("take", "words"),
    [
        (None, "s1 has no take"),
        (take_info("x", 4, 23, 0), "has 23 frames where the film wants 24"),
        (take_info("x", 3, 24, 0), "handles of 3 and 0 frames where its transitions need 4 and 0"),
    ],
)
def test_a_take_that_does_not_fit_is_refused(take, words):
    film = film_of([{"duration": 24}, {"duration": 24, "transition": {"kind": "dissolve", "duration": 8}}])
    takes = {key: value for key, value in {**takes_of(film), "s1": take}.items() if value}
    with pytest.raises(AssemblyError, match=words):
        cut_film(film, takes)


def test_dissolves_that_meet_inside_a_shot_are_refused():
    dissolve = {"transition": {"kind": "dissolve", "duration": 20}}
    film = film_of([{"duration": 30}, {"duration": 19, **dissolve}, {"duration": 30, **dissolve}])
    with pytest.raises(AssemblyError, match="take 10 and 10 frames of its 19"):
        cut_film(film, takes_of(film))


def test_a_take_with_longer_handles_than_needed_is_cut_at_the_same_frames():
    film = film_of([{"duration": 30}])
    (joint, copy, rest) = cut_film(film, {"s0": take_info("x", 5, 30, 9)}).pieces
    assert (joint.excerpts[0].first, joint.excerpts[0].last) == (5, 12)
    assert (copy.first, copy.last) == (12, 24)
    assert (rest.excerpts[0].first, rest.excerpts[0].last) == (24, 35)
