"""A film's cut goes to an editing program and comes back: what it holds, what is kept, what is rendered."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace

import opentimelineio as otio
import pytest
from opentimelineio import adapters, schema

from assembly.frames.clips import inspect
from farm.backends.slate import SlateBackend, read_barcode, shot_hash
from farm.takes.clip import CLIP, read_frames
from pipeline.catalog.record import Conflict
from pipeline.decisions import deciding
from pipeline.decisions.shots import Meant
from pipeline.editorial.exporting import Exported, deliver_editorial, export
from pipeline.editorial.importing import look_at_cut, undo_cut
from pipeline.film.assemble import assemble
from pipeline.observer import Nobody
from pipeline.production.open import open_production
from storyboard.errors import DocumentError, UsageError
from storyboard.interchange.formats import write_timeline
from storyboard.planning.adjustments import Adjustment
from storyboard.project import new_project
from tests.support.pipeline.decided_films import Folder, settings_in
from tests.support.pipeline.edited_cuts import Cut, dissolve, frames
from tests.support.pipeline.slate_films import Shotfarm

FRAMES = 107


def exported(film: Folder, name: str = "cut.otio") -> Exported:
    return export(film.open(), film.path / name)


def cut(film: Folder) -> Cut:
    return Cut(exported(film).path)


def kinds(film: Folder, path) -> list[tuple[str, str]]:
    return [(one.kind, one.shot) for one in look_at_cut(film.open(), path).changes]


def keep(film: Folder, path) -> None:
    look_at_cut(film.open(), path).keep("ada")


def shown(film: Folder) -> list[tuple[str, int, int]]:
    return [(one.shot, one.first, one.shape.frames) for one in film.open().plan().cut]


def second_take(film: Folder) -> None:
    production = film.open()
    film.render(production.plan(alternatives={"2B": [Adjustment(seed=7)]}))


def test_each_shot_is_a_clip_with_all_its_takes_and_handles(film):
    second_take(film)
    made = exported(film)
    timeline = adapters.read_from_file(str(made.path))
    clips = timeline.video_tracks()[0].find_clips()
    assert (made.shots, made.frames, made.absent) == (6, FRAMES, ())
    assert [clip.name.partition("_")[0] for clip in clips] == ["1A", "1B", "1C", "2A", "2B", "2C"]
    assert len(clips[4].media_references()) == 2
    assert clips[4].media_reference.name.startswith("2B_take1_")
    first = clips[0].available_range()
    assert (first.start_time.value, first.duration.value) == (0, 24), "20 frames and four of a handle"
    assert timeline.duration().value == FRAMES
    tracks = [track.name for track in timeline.audio_tracks()]
    assert tracks == ["stems", "stems 2", "lines", "music"]
    assert [track.enabled for track in timeline.audio_tracks()] == [True, True, False, False]


def test_an_unchanged_cut_changes_nothing(film):
    incoming = look_at_cut(film.open(), exported(film).path)
    assert (incoming.changes, incoming.changed, incoming.renders) == ((), False, ())
    before = film.open().log.size
    assert incoming.keep("ada") == ()
    assert film.open().log.size == before


def test_what_an_editor_trims_moves_and_takes_out_needs_no_new_take(film):
    changed = cut(film).changed(
        "changed.otio",
        lambda it: it.trim("2B", begins=3, ends=-4),
        lambda it: it.move("2C", 0),
        lambda it: it.picture.remove(it.clip("1C")),
    )
    incoming = look_at_cut(film.open(), changed)
    assert [(one.kind, one.shot) for one in incoming.changes] == [
        ("removed", "1C"),
        ("moved", "2C"),
        ("trimmed", "2B"),
    ]
    assert incoming.renders == ()
    incoming.keep("ada")
    assert shown(film) == [("2C", 0, 15), ("1A", 0, 20), ("1B", 0, 18), ("2A", 0, 16), ("2B", 3, 17)]
    assert film.open().plan().missing == ()
    assert kinds(film, exported(film, "again.otio").path) == []


def test_a_repeated_shot_is_seen_again_from_the_same_take(film):
    changed = cut(film).changed("changed.otio", lambda it: it.picture.append(it.clip("1A").deepcopy()))
    assert kinds(film, changed) == [("repeated", "1A")]
    keep(film, changed)
    plan = film.open().plan()
    assert (plan.cut[-1].shot, plan.cut[-1].digest) == ("1A·2", plan.cut[0].digest)
    assert plan.missing == ()


def test_transitions_and_their_lengths_change(film):
    def longer(it: Cut) -> None:
        crossing = next(one for one in it.picture if isinstance(one, schema.Transition))
        crossing.in_offset, crossing.out_offset = dissolve(6, 6).in_offset, dissolve(6, 6).out_offset

    def another(it: Cut) -> None:
        it.picture.insert(it.picture.index(it.clip("2C")), dissolve(3, 2))

    changed = cut(film).changed("changed.otio", longer, another)
    incoming = look_at_cut(film.open(), changed)
    assert [one.words for one in incoming.changes] == [
        "shot 1B begins with a dissolve of 12 frames, not a dissolve of 8 frames",
        "shot 2C begins with a dissolve of 5 frames, not a cut",
    ]
    incoming.keep("ada")
    at = {one.id: one.transition for _, one in film.open().plan().film.shots()}
    assert (at["1B"].duration.text, at["2C"].kind.value, at["2C"].duration.text) == ("12", "dissolve", "5")


def test_a_dissolve_that_begins_at_its_cut_keeps_its_frames(film):
    changed = cut(film).changed(
        "changed.otio", lambda it: it.picture.insert(it.picture.index(it.clip("2B")), dissolve(0, 6))
    )
    keep(film, changed)
    assert [one for one in shown(film) if one[0] in {"2A", "2B"}] == [("2A", 0, 19), ("2B", 3, 21)]


def test_a_take_that_an_editor_switches_to_is_approved(film):
    second_take(film)

    def switch(it: Cut) -> None:
        clip = it.clip("2B")
        clip.active_media_reference_key = next(key for key in clip.media_references() if "take2" in key)

    changed = cut(film).changed("changed.otio", switch)
    assert kinds(film, changed) == [("take", "2B")]
    keep(film, changed)
    meant = Meant.of(film.open(), "2B")
    assert [one.take.number for one in meant.standing.takes if one.circled] == [2]
    assert meant.planned_shot.digest == meant.take(2).digest


def test_markers_become_notes_once(film):
    def mark(it: Cut) -> None:
        clip = it.clip("1B")
        first = clip.source_range.start_time.value
        clip.markers.append(schema.Marker("Too dark", frames(first + 2, 3)))
        it.timeline.tracks.markers.append(schema.Marker("Slower", frames(20 + 18 + 1, 1)))

    changed = cut(film).changed("changed.otio", mark)
    assert kinds(film, changed) == [("note", "1B"), ("note", "1C")]
    keep(film, changed)
    said = Meant.of(film.open(), "1B").standing.said
    assert [(one.what.text, one.what.frames) for one in said] == [("Too dark", (2, 4))]
    assert kinds(film, changed) == []
    assert kinds(film, exported(film).path) == []


def test_a_changed_speed_shows_the_same_take_otherwise(film):
    def slow(it: Cut) -> None:
        clip = it.clip("2B")
        clip.effects.append(schema.LinearTimeWarp("slow", time_scalar=0.5))
        clip.source_range = frames(0, 48)

    keep(film, cut(film).changed("changed.otio", slow))
    plan = film.open().plan()
    assert plan.missing == ()
    assert [(str(one.speed), one.duration.text) for _, one in plan.film.shots()][4] == ("1/2", "48")
    assert kinds(film, exported(film).path) == []


def test_what_stands_still_or_runs_backwards_is_named_and_left(film):
    freeze = lambda it: it.clip("2B").effects.append(schema.FreezeFrame())  # noqa: E731
    back = lambda it: it.clip("2A").effects.append(schema.LinearTimeWarp(time_scalar=-1))  # noqa: E731
    incoming = look_at_cut(film.open(), cut(film).changed("changed.otio", freeze, back))
    assert [one.words.partition(";")[0] for one in incoming.changes] == [
        "shot 2A runs backwards",
        "shot 2B stands still",
    ]
    assert not incoming.changed


def test_what_an_editor_added_is_kept_and_given_back(film):
    def add(it: Cut) -> None:
        title = schema.Clip("Card", schema.GeneratorReference(generator_kind="Text"), frames(0, 24))
        it.picture.insert(0, title)
        song = schema.Clip("song.wav", schema.ExternalReference("song.wav", frames(0, 200)), frames(10, 90))
        it.timeline.tracks.append(schema.Track("my music", [song], kind="Audio"))
        it.clip("1B").effects.append(schema.Effect("blur", "Blur"))

    changed = cut(film).changed("changed.otio", add)
    incoming = look_at_cut(film.open(), changed)
    assert [one.words.partition(":")[0] for one in incoming.changes] == [
        'generator Text "Card" (24 frames at 01',
        'effect "Blur" of shot 1B',
        'sound track "my music"',
    ]
    incoming.keep("ada")
    again = exported(film, "again.otio")
    assert len(again.given_back) == 3
    timeline = adapters.read_from_file(str(again.path))
    assert timeline.video_tracks()[0][0].name == "Card"
    assert timeline.audio_tracks()[-1][0].media_reference.target_url == "song.wav"
    assert [effect.effect_name for effect in timeline.video_tracks()[0].find_clips()[2].effects] == ["Blur"]
    assert kinds(film, again.path) == []
    keep(film, Cut(again.path).changed("less.otio", lambda it: it.picture.pop(0)))
    assert len(exported(film).given_back) == 2


def test_a_cut_is_taken_back_and_the_one_before_holds(film):
    first = cut(film)
    keep(film, first.changed("one.otio", lambda it: it.trim("2B", begins=3)))
    keep(film, Cut(first.path).changed("two.otio", lambda it: it.trim("2B", begins=5)))
    assert shown(film)[4] == ("2B", 5, 19)
    undo_cut(film.open(), "ada")
    assert shown(film)[4] == ("2B", 3, 21)
    undo_cut(film.open(), "ada")
    assert shown(film)[4] == ("2B", 0, 24)
    with pytest.raises(UsageError, match="no editor's cut"):
        undo_cut(film.open(), "ada")


def test_two_editors_at_once_do_not_overwrite_each_other(film):
    trimmed = cut(film).changed("one.otio", lambda it: it.trim("2B", begins=3))
    mine, theirs = look_at_cut(film.open(), trimmed), look_at_cut(film.open(), trimmed)
    theirs.keep("ada")
    with pytest.raises(Conflict):
        mine.keep("tom")


def test_an_omitted_shot_comes_back_where_it_stood(film):
    deciding.omit(Meant.of(film.open(), "1C"), "ada")
    keep(film, cut(film).changed("changed.otio", lambda it: it.move("2C", 0)))
    deciding.restore(Meant.of(film.open(), "1C"), "ada")
    assert [name for name, _, _ in shown(film)] == ["2C", "1A", "1B", "1C", "2A", "2B"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "is no OpenTimelineIO file"),
        (b'{"OTIO_SCHEMA": "Gap.1"}', "there is no cut in it"),
        (b'{"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1"}}', "cannot read it"),
    ],
)
def test_a_file_that_is_no_cut_is_one_clear_error(film, content, words):
    path = film.path / "odd.otio"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=words):
        look_at_cut(film.open(), path)


def test_a_cut_of_another_film_is_refused(film):
    other = cut(film)
    for clip in other.timeline.find_clips():
        clip.name, clip.media_reference = "A001_C003", schema.MissingReference()
        clip.metadata.clear()
    with pytest.raises(UsageError, match="no clip of this timeline is a shot of the film"):
        look_at_cut(film.open(), other.changed("other.otio"))


@pytest.mark.parametrize("suffix", [".edl", ".xml"])
def test_a_trimmed_cut_comes_back_by_other_formats(film, suffix):
    changed = cut(film)
    changed.trim("2B", begins=3, ends=-4)
    path = film.path / f"changed{suffix}"
    write_timeline(changed.timeline, path)
    incoming = look_at_cut(film.open(), path)
    assert ("trimmed", "2B") in [(one.kind, one.shot) for one in incoming.changes]
    assert incoming.renders == ()
    incoming.keep("ada")
    assert shown(film)[4] == ("2B", 3, 17)


def test_a_bundle_holds_the_cut_and_its_media_and_is_read_back(film):
    made = exported(film, "cut.otioz")
    names = zipfile.ZipFile(made.path).namelist()
    assert {"content.otio", "version.txt"} < set(names)
    assert len([name for name in names if name.endswith(".mp4")]) == 6
    timeline = adapters.read_from_file(str(made.path))
    for clip in timeline.video_tracks()[0].find_clips():
        assert clip.media_reference.target_url in names
    assert kinds(film, made.path) == []


def test_the_folder_for_editors_has_cut_media_and_a_page(film, tmp_path):
    second_take(film)
    made = deliver_editorial(film.open(), tmp_path / "editorial", Nobody())
    there = {path.name for path in (tmp_path / "editorial" / "media").iterdir()}
    assert len([name for name in there if name.startswith("2B_take")]) == 2
    assert {name.partition("_")[0] for name in there} >= {"1A", "2C", "stem", "cue"}
    assert "DaVinci Resolve" in (tmp_path / "editorial" / "IMPORT.md").read_text()
    timeline = adapters.read_from_file(str(made.path))
    for clip in timeline.find_clips():
        assert (made.path.parent / clip.media_reference.target_url).is_file(), clip.name


def test_of_an_extended_shot_only_the_frames_that_are_missing_are_rendered(film):
    before = {one.shot: one.digest for one in film.open().plan().shots}
    changed = cut(film).changed("changed.otio", lambda it: it.trim("2B", begins=-4, ends=20))
    incoming = look_at_cut(film.open(), changed)
    assert [(one.shot, one.frames) for one in incoming.renders] == [("2B", 4), ("2B", 20)]
    assert (
        incoming.renders[1].words == "shot 2B: 20 frames more after those of its take, which stays as it is"
    )
    incoming.keep("ada")
    missing = film.open().plan().missing
    assert [(one.shot, [*one.spec.rendered]) for one in missing] == [
        ("2B", [-4, -3, -2, -1]),
        ("2B", [*range(24, 44)]),
    ]
    film.render()
    plan = film.open().plan()
    assert plan.missing == ()
    assert {one.shot: one.digest for one in plan.shots} == before
    store = film.open().store
    clips = [store.file(store.find("takes", one.digest), CLIP) for one in plan.pickups]
    assert [inspect(clip).frames for clip in clips] == [4, 20]
    assert kinds(film, exported(film, "again.otio").path) == []


def test_the_film_shows_the_frames_that_the_editor_chose(film, tmp_path):
    """Slates say in a barcode which frame of which shot they are."""
    changed = cut(film).changed(
        "changed.otio",
        lambda it: it.trim("2B", begins=3, ends=-4),
        lambda it: it.trim("2C", begins=-2, ends=6),
        lambda it: it.move("1C", 0),
    )
    keep(film, changed)
    film.render()
    production = film.open()
    plan = production.plan()
    out = tmp_path / "film.mp4"
    made = assemble(production.material(plan), production.store, out, Nobody())
    assert made.frames == plan.film.duration_frames() == FRAMES - 7 + 8
    seen = [read_barcode(frame) for frame in read_frames(out, 0, made.frames)]
    by_shot: dict[str, list[int]] = {}
    names = {shot_hash(name): name for name in ("1A", "1B", "1C", "2A", "2B", "2C")}
    for one in seen:
        if one is not None and one[0] in names:
            by_shot.setdefault(names[one[0]], []).append(one[1])
    assert next(iter(by_shot)) == "1C"
    assert by_shot["2B"] == [*range(3, 20)]
    assert by_shot["2C"] == [65534, 65535, *range(21)], "two before the take and six after it"


def test_a_shot_that_must_start_anew_says_so(film, monkeypatch):
    traits = replace(SlateBackend.TRAITS, frame_by_frame=False)
    monkeypatch.setattr(SlateBackend, "TRAITS", traits)
    changed = cut(film).changed("changed.otio", lambda it: it.trim("2C", ends=20))
    incoming = look_at_cut(film.open(), changed)
    assert [one.words for one in incoming.renders] == ["shot 2C: 35 frames, the whole take anew"]
    incoming.keep("ada")
    assert [(one.shot, one.spec.frames, one.spec.tail) for one in film.open().plan().missing] == [
        ("2C", 15, 20)
    ]


def test_the_plan_says_that_an_editor_cut_the_film_and_what_is_made_alone(film):
    changed = cut(film).changed(
        "changed.otio",
        lambda it: it.trim("2B", ends=20),
        lambda it: it.picture.remove(it.clip("1A")),
    )
    keep(film, changed)
    command = Shotfarm(film.path.parent / "home")
    said = command.here("plan", film.path, "--backend", "slate").stdout
    assert "The film is cut as an editor has it: 107 frames, without 1 shot." in said
    assert "20 frames more after" in said
    told = json.loads(command.here("plan", film.path, "--backend", "slate", "--json").stdout)
    assert (told["edited"], told["to_render"], told["pickups"][0]["frames"]) == (True, 1, [24, 43])


def test_the_sample_film_comes_back_as_it_went_out(tmp_path):
    new_project(tmp_path / "lamp", "The Lamp", "lamp_at_saltmarsh")
    production = open_production(tmp_path / "lamp", settings_in(tmp_path))
    made = export(production, tmp_path / "cut.otio")
    assert len(made.absent) == made.shots == 20
    assert look_at_cut(production, made.path).changes == ()


def test_a_folder_for_a_program_has_what_that_reads(film, tmp_path):
    made = deliver_editorial(film.open(), tmp_path / "avid", Nobody(), "avid")
    assert made.path.name == "six-slates.edl"
    assert {path.suffix for path in (tmp_path / "avid").iterdir() if path.is_file()} == {
        ".edl",
        ".aaf",
        ".md",
    }
    with pytest.raises(UsageError, match="no program is named"):
        deliver_editorial(film.open(), tmp_path / "other", Nobody(), "lightworks")


def test_without_the_extra_opentimelineio_and_edl_work_and_the_rest_says_what_to_install(
    film, tmp_path, monkeypatch
):
    monkeypatch.setattr(otio.adapters, "available_adapter_names", lambda: ["otio_json"])
    with pytest.raises(UsageError, match="needs an adapter") as refused:
        exported(film, "cut.xml")
    assert "shotfarm[editorial]" in refused.value.hint
    made = deliver_editorial(film.open(), tmp_path / "all", Nobody())
    assert {path.suffix for path in (tmp_path / "all").iterdir() if path.is_file()} == {
        ".otio",
        ".edl",
        ".md",
    }
    assert any("six-slates.xml is not written" in words for words in made.not_held)
