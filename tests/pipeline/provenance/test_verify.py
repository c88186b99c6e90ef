"""A file says how it was made, and whatever is done to it afterwards is found."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import c2pa
import pytest

from assembly.delivery.packet_sums import PacketSums, packet_sums
from assembly.programs import ffmpeg
from pipeline.provenance.statement import Source, StatedShot, Statement
from pipeline.provenance.verify import Verdict, compared, verify
from storyboard.errors import AssemblyError
from tests.support.pipeline.signed_films import (
    Delivered,
    changed_at,
    copied,
    packet_place,
    places_of_box,
    statement_box,
    with_statement,
)
from tests.support.pipeline.slate_films import Shotfarm, assert_clear

NOTHING_IS_SAID = "it was never signed, or another program has written it anew"


def claim_of(path: Path) -> dict[str, Any]:
    """What C2PA's own reader tells of a file."""
    with path.open("rb") as file, c2pa.Reader("video/mp4", file) as reader:
        told = json.loads(reader.json())
    return told["manifests"][told["active_manifest"]]


def shots_of(delivered: Delivered) -> dict[str, StatedShot]:
    statement = verify(delivered.web).statement
    assert statement
    return {shot.shot: shot for shot in statement.shots}


def test_a_deliverable_says_what_each_of_its_shots_was_made_from(delivered):
    found = verify(delivered.web)
    assert (found.verdict, found.changes, found.takes) == (Verdict.AS_SIGNED, (), None)
    assert "proves nothing about who" in found.signer
    assert not found.trusted
    plan = delivered.film.open().plan()
    assert {shot.shot: shot.take for shot in found.statement.shots} == {
        one.shot: one.digest for one in plan.cut
    }
    assert found.statement.frames == plan.film.duration_frames()
    assert found.statement.shots[0].first == 0
    assert {shot.source for shot in found.statement.shots} == {Source.PROGRAM}


def test_any_reader_of_c2pa_sees_the_shots_as_ingredients_and_how_they_came_to_be(delivered):
    claim = claim_of(delivered.web)
    assert [one["title"] for one in claim["ingredients"]] == [f"shot {name}" for name in shots_of(delivered)]
    take = claim["ingredients"][0]["metadata"]["shotfarm.take"]
    assert take["digitalSourceType"].endswith("/digitalsourcetype/algorithmicMedia")
    assert (take["backend"], take["take"]) == ("slate", shots_of(delivered)["1A"].take)
    actions = next(one["data"]["actions"] for one in claim["assertions"] if "actions" in one["label"])
    assert actions[0]["action"] == "c2pa.created"
    assert actions[0]["digitalSourceType"].endswith("/algorithmicMedia")
    assert [one["action"] for one in actions[1:]] == ["c2pa.placed"] * 6


def test_the_store_is_asked_for_each_take(delivered):
    gone = shots_of(delivered)["2A"].take
    found = verify(delivered.web, lambda digest: digest != gone)
    assert [name for name, there in found.takes.items() if not there] == ["2A"]


def test_a_changed_byte_of_a_picture_names_its_shot(delivered, tmp_path):
    shot = shots_of(delivered)["2B"]
    place = packet_place(delivered.web, shot.first + 3)
    found = verify(changed_at(delivered.web, tmp_path / "a.mp4", place))
    assert found.verdict is Verdict.CHANGED
    assert found.changes == ("the picture of shot 2B is changed",)


def test_a_changed_byte_of_the_sound_is_told_as_such(delivered, tmp_path):
    place = packet_place(delivered.web, 20, "audio")
    found = verify(changed_at(delivered.web, tmp_path / "a.mp4", place))
    assert found.changes == ("its sound is changed",)


def test_a_changed_title_is_told_apart_from_picture_and_sound(delivered, tmp_path):
    data = delivered.web.read_bytes()
    title = verify(delivered.web).statement.film.encode()
    place = data.index(title, places_of_box(delivered.web, b"moov")[0])
    found = verify(changed_at(delivered.web, tmp_path / "a.mp4", place))
    assert found.verdict is Verdict.CHANGED
    assert "something beside them is changed" in found.changes[0]


@pytest.mark.parametrize("box", [b"mdat", b"moov"])
def test_no_byte_of_what_is_played_changes_unseen(delivered, tmp_path, box):
    places = places_of_box(delivered.web, box)
    for place in places[:: max(1, len(places) // 25)]:
        with contextlib.suppress(AssemblyError):  # it is no MP4 any more, and that is said
            found = verify(changed_at(delivered.web, tmp_path / "a.mp4", place))
            assert found.verdict is Verdict.CHANGED, place


def test_what_it_says_cannot_be_said_otherwise(delivered, tmp_path):
    data = delivered.web.read_bytes()
    place = data.index(shots_of(delivered)["2A"].take.encode())
    try:
        found = verify(changed_at(delivered.web, tmp_path / "a.mp4", place + 1))
    except AssemblyError:
        return
    assert found.verdict is Verdict.CHANGED
    assert "what it says of itself is not what was signed" in found.changes


def test_a_removed_shot_is_named_also_where_the_old_statement_was_carried_over(delivered, tmp_path):
    shot = shots_of(delivered)["2A"]
    gone = range(shot.first, shot.first + shot.frames)
    shorter = copied(delivered.web, tmp_path / "a.mp4", lambda frame: frame not in gone)
    found = verify(shorter)
    assert (found.verdict, len(found.changes)) == (Verdict.NOTHING, 1)
    assert NOTHING_IS_SAID in found.changes[0]
    found = verify(with_statement(shorter, statement_box(delivered.web)))
    assert found.verdict is Verdict.CHANGED
    assert "shot 2A is not in it, or is changed" in found.changes
    assert f"shot 2C stands {shot.frames} frames earlier than it did" in found.changes
    total = verify(delivered.web).statement.frames
    assert f"it has {total - shot.frames} frames; {total} were signed" in found.changes
    assert not [words for words in found.changes if "1A" in words or "sound" in words]


def test_a_file_that_was_encoded_again_is_known_for_it(delivered, tmp_path):
    again = tmp_path / "a.mp4"
    words = ("-i", delivered.web, "-c:v", "libx264", "-crf", "30", "-c:a", "aac", again)
    subprocess.run([ffmpeg.executable(), "-v", "error", "-y", *words], check=True)
    assert verify(again).verdict is Verdict.NOTHING
    found = verify(with_statement(again, statement_box(delivered.web)))
    assert found.verdict is Verdict.CHANGED
    assert any(words.startswith("none of its pictures is as it was signed") for words in found.changes)


def test_a_copy_in_another_container_holds_the_same_packets(delivered, tmp_path):
    again = copied(delivered.web, tmp_path / "a.mov", lambda _: True)
    assert packet_sums(again) == packet_sums(delivered.web)


def sums(*frames: str, sound: str = "") -> PacketSums:
    return PacketSums(tuple(frame.encode().ljust(32) for frame in frames), sound)


def signed(found: PacketSums, *shots: tuple[str, int, int]) -> Statement:
    return Statement(
        shotfarm="1",
        film="f",
        kind="web",
        rate="24",
        frames=len(found.frames),
        sound=found.sound,
        shots=tuple(
            StatedShot(
                shot=name, first=first, frames=frames, take="0" * 64, backend="b", backend_version=1,
                source=Source.MODEL, start=found.frames[first].hex(), packets=found.of(first, frames),
            )
            for name, first, frames in shots
        ),
    )  # fmt: skip


ALL = "its pictures and its sound are as they were signed; something beside them is changed"
NONE = "none of its pictures is as it was signed: they were encoded again, or are another film's"
LOST = "shot 2 is not in it, or is changed"
EARLIER = "shot {} stands 2 frames earlier than it did"


@pytest.mark.parametrize(
    ("found", "changes"),
    [
        (sums(*"abcdef"), [ALL]),
        (sums(*"abXdef"), ["the picture of shot 2 is changed"]),
        (sums(*"cdabef"), ["shot 1 stands 2 frames later than it did", EARLIER.format(2)]),
        (sums(*"abef"), [LOST, EARLIER.format(3), "it has 4 frames; 6 were signed"]),
        (sums(*"abcdefg"), ["it has 7 frames; 6 were signed"]),
        (sums(*"uvwxyz"), [NONE]),
        (sums(*"abcdef", sound="1" * 64), ["its sound is changed"]),
    ],
)
def test_what_is_changed_is_said_by_shot(found, changes):
    statement = signed(sums(*"abcdef"), ("1", 0, 2), ("2", 2, 2), ("3", 4, 2))
    assert compared(statement, found) == changes


def test_the_command_says_it_to_people_and_scripts_and_by_its_exit_code(delivered, tmp_path):
    command = Shotfarm(tmp_path / "home")
    shown = command.here("verify", delivered.web)
    assert shown.returncode == 0
    assert "as it was signed" in shown.stdout
    told = json.loads(command.here("verify", delivered.web, "--json").stdout)
    assert told["takes"] == dict.fromkeys(shots_of(delivered), True), "in the store beside the film"
    alone = tmp_path / "alone.mp4"
    shutil.copyfile(delivered.web, alone)
    assert json.loads(command.here("verify", alone, "--json").stdout)["takes"] is None
    changed_at(delivered.web, alone, packet_place(delivered.web, 4))
    assert command.here("verify", alone).returncode == 1
    assert_clear(command.here("verify", tmp_path / "no.mp4"), 2, "no such file")
    text = tmp_path / "a.txt"
    text.write_text("words")
    assert_clear(command.here("verify", text), 2, "can hold no statement")
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert command.here("verify", empty).returncode == 1
