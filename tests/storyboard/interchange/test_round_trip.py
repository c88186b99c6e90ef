"""A cut written as a timeline and read back is the same cut; OpenTimelineIO's own tools agree."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from opentimelineio import adapters, schema
from opentimelineio.core import SerializableObject

from storyboard.interchange.changes import changes_between
from storyboard.interchange.film_cut import CutFilm, CutNote, CutTake, SeenShot
from storyboard.interchange.read_cut import ReadCut, read_cut
from storyboard.interchange.timeline import first_hour, timeline_of
from storyboard.media.timing import timecode_from_frames
from storyboard.planning.transitions import CROSSINGS
from storyboard.schema.vocabulary import TransitionKind

RATES = [Fraction(text) for text in ("24", "25", "24000/1001", "30000/1001", "30", "60", "60000/1001")]
IDS = st.sampled_from(["1A", "1B", "2A_take2", "sjö-3", "Яма", "10"])


@st.composite
def cuts(draw: st.DrawFn) -> CutFilm:
    takes: dict[str, tuple[CutTake, ...]] = {}
    shots: list[SeenShot] = []
    for name in draw(st.lists(IDS, min_size=1, max_size=8)):
        if name not in takes:
            takes[name] = tuple(
                CutTake(name, number, f"{draw(st.integers(0, 2**256 - 1)):064x}", head, head + length)
                for number, (head, length) in enumerate(
                    draw(
                        st.lists(st.tuples(st.integers(0, 20), st.integers(1, 500)), min_size=1, max_size=3)
                    ),
                    1,
                )
            )
        kind = draw(st.sampled_from(TransitionKind))
        length = 0 if kind is TransitionKind.CUT else draw(st.integers(1, 40))
        if not shots and kind in CROSSINGS:
            kind, length = TransitionKind.CUT, 0
        frames = draw(st.integers(1, 10_000))
        notes = (CutNote(7, "Too dark.\nMore light", "ada", 3, 4),) if draw(st.booleans()) else ()
        taken = draw(st.sampled_from(takes[name]))
        shots.append(
            SeenShot(
                name,
                draw(st.integers(-20, 10_000)),
                frames,
                draw(
                    st.sampled_from(
                        [Fraction(1), Fraction(1, 2), Fraction(2), Fraction(3, 4), Fraction(1, 3)]
                    )
                ),
                kind,
                length,
                draw(st.integers(0, frames)),
                taken.digest,
                takes[name],
                notes,
            )
        )
    rate = draw(st.sampled_from(RATES))
    return CutFilm("Film", rate, (128, 72), tuple(shots), start=first_hour(rate))


def plain(read: ReadCut) -> list[tuple[object, ...]]:
    return [key(shot) for shot in read.shots]


def key(shot: SeenShot) -> tuple[object, ...]:
    return shot.shot, shot.first, shot.frames, shot.speed, shot.kind, shot.length, shot.fade_out, shot.take


def there_and_back(cut: CutFilm) -> ReadCut:
    return read_cut(SerializableObject.from_json_string(timeline_of(cut).to_json_string()), cut)


@settings(max_examples=30, deadline=None)
@given(cuts())
def test_a_cut_written_and_read_is_the_same_cut(cut):
    read = there_and_back(cut)
    assert plain(read) == [key(shot) for shot in cut.shots]
    assert (read.notes, read.foreign, read.said) == ((), (), ())
    assert changes_between(cut, read) == []


@settings(max_examples=15, deadline=None)
@given(cuts(), st.sampled_from([0.25, 0.49, -0.0001]))
def test_floats_that_are_off_by_a_part_of_a_frame_change_nothing(cut, off):
    timeline = timeline_of(cut)
    for clip in timeline.find_clips():
        start, length = clip.source_range.start_time, clip.source_range.duration
        moved = type(start)(start.value + off, start.rate)
        clip.source_range = type(clip.source_range)(moved, length)
        clip.metadata.clear()
    read = read_cut(timeline, cut)
    assert [key(shot)[:6] for shot in read.shots] == [key(shot)[:6] for shot in cut.shots]


@settings(max_examples=30, deadline=None)
@given(cuts())
def test_names_alone_tell_which_shot_and_which_take_it_is(cut):
    timeline = timeline_of(cut)
    for clip in timeline.find_clips():
        clip.metadata.clear()
        clip.set_media_references({"x": schema.MissingReference()}, "x")
    read = read_cut(timeline, cut)
    assert [(shot.shot, shot.take) for shot in read.shots] == [(shot.shot, shot.take) for shot in cut.shots]


def test_opentimelineio_reads_its_length_and_its_timecode(tmp_path):
    take = CutTake("1A", 1, "a" * 64, 6, 60)
    for rate in RATES:
        shots = (
            SeenShot("1A", 0, 48, take=take.digest, takes=(take,)),
            SeenShot("1A", 0, 40, Fraction(1), TransitionKind.DISSOLVE, 9, 0, take.digest, (take,)),
        )
        path = tmp_path / "cut.otio"
        adapters.write_to_file(
            timeline_of(CutFilm("Film", rate, (128, 72), shots, start=first_hour(rate))), str(path)
        )
        timeline = adapters.read_from_file(str(path))
        assert timeline.duration().value == 88
        assert timeline.global_start_time.to_timecode().replace(";", ":") == "01:00:00:00"
        assert timecode_from_frames(first_hour(rate), rate).replace(";", ":") == "01:00:00:00"
        first, second = timeline.find_clips()
        assert (first.available_range().duration.value, first.trimmed_range().start_time.value) == (60, 6)
        ranges = timeline.video_tracks()[0].trimmed_range_of_child(second)
        assert (ranges.start_time.value, ranges.duration.value) == (48, 40)
        (crossing,) = timeline.find_children(schema.Transition)
        assert (crossing.in_offset.value, crossing.out_offset.value) == (5, 4)
