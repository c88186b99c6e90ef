"""The parts of a film: begun when their takes are there, made once, and of a changed shot alone again."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import threading
from pathlib import Path
from typing import Any

import av
import pytest

from assembly.sound.sources import ComposedSource
from farm.schedule.chores import Chore
from farm.schedule.messages import ShotEvent, Update
from farm.schedule.states import TaskState
from farm.store.store import Store
from farm.takes.clip import CLIP
from pipeline.delivery.deliver import deliver
from pipeline.film.assemble import assemble
from pipeline.film.lay import lay_film, reels_for
from pipeline.film.part_queue import Finishing, Waiting, finish_meanwhile, finishing_here
from pipeline.film.parts import JOINTS, REELS, SEGMENTS
from pipeline.film.sound import make_sound
from pipeline.keep import REQUESTS
from pipeline.observer import Nobody
from pipeline.production.line_lengths import SOUNDS
from pipeline.production.open import open_production
from pipeline.production.production import Production
from pipeline.services.chore_runners import OwnHands
from pipeline.settings import load_settings
from storyboard.errors import ShotfarmError
from storyboard.schema.deliverables import Deliverable, DeliverableKind
from tests.support.farm.take_facts import facts_of
from tests.support.pipeline.odd_backends import HalfSlate, SoundingSlate, render_here, with_backends
from tests.support.pipeline.slate_films import SHOTS, shot_of, six_slates, write_film
from tests.support.waiting import PATIENCE_S

KINDS = {
    "web": Deliverable(kind=DeliverableKind.WEB),
    "small": Deliverable(kind=DeliverableKind.WEB, height=90),
    "master": Deliverable(kind=DeliverableKind.MASTER),
}


@pytest.fixture(autouse=True)
def _backends(monkeypatch):
    with_backends(monkeypatch, half_slate=HalfSlate)


def film() -> dict[str, Any]:
    document = six_slates()
    document["format"] = {"width": 256, "height": 144, "rate": 24}
    document["renderers"] = {"own": {"backend": "half-slate", "retime": "none"}}
    document["renderer"] = "own"
    return document


def opened(folder: Path, document: dict[str, Any]) -> Production:
    # A signature is another each time.
    settings = load_settings(home=folder / "home", sign=False)
    return open_production(write_film(folder, document), settings)


def made(folder: Path, *kinds: str) -> set[Path]:
    """What was published, of these kinds."""
    store = folder / ".shotfarm" / "store"
    return {path for kind in kinds for path in store.glob(f"{kind}/*/*/manifest.json")}


def packets(path: Path) -> list[tuple[int, str]]:
    """When each packet of the picture is shown, and a digest of it, in stored order."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        ticks = 1 / (24 * stream.time_base)
        return [
            (
                round((packet.pts - (stream.start_time or 0)) / ticks),
                hashlib.sha256(bytes(packet)).hexdigest(),
            )
            for packet in container.demux(stream)
            if packet.size
        ]


def picture_file(folder: Path, name: str) -> Path:
    (path,) = (folder / "out" / name).glob("six-slates.m*")
    return path


def make(folder: Path, document: dict[str, Any], *names: str) -> Production:
    production = opened(folder, document)
    render_here(production)
    wanted = {name: KINDS[name] for name in names or KINDS}
    deliver(production.material(production.plan()), production.store, wanted, folder / "out", Nobody())
    return production


def test_a_changed_shot_encodes_its_own_pieces_and_leaves_every_other_packet_as_it_was(tmp_path):
    first = make(tmp_path, film())
    before = {kind: made(tmp_path, kind) for kind in (SEGMENTS, JOINTS, REELS)}
    pictures = {name: packets(picture_file(tmp_path, name)) for name in KINDS}
    laid = lay_film(first.material(first.plan()))
    assert len(before[REELS]) == len(KINDS) * len(laid.cut.pieces)
    changed = film()
    shot_of(changed, "2B")["action"] = "Another."
    second = make(tmp_path, changed)
    new = lay_film(second.material(second.plan()))
    touched = [piece for piece in new.cut.pieces if piece not in laid.cut.pieces]
    assert {piece.shot for piece in touched} == {"2B"}
    assert len(made(tmp_path, SEGMENTS) - before[SEGMENTS]) == 1
    assert made(tmp_path, JOINTS) == before[JOINTS]
    assert len(made(tmp_path, REELS) - before[REELS]) == len(KINDS) * len(touched)
    start = new.cut.shot_starts["2B"]
    for name in KINDS:
        after = packets(picture_file(tmp_path, name))
        assert after != pictures[name]
        for (frame, was), (_, now) in zip(pictures[name], after, strict=True):
            assert was == now or start <= frame < start + 24, (name, frame)


def test_a_film_that_was_changed_and_changed_back_in_another_folder_is_the_same_bytes(tmp_path):
    names = ("small", "master")
    make(tmp_path / "a", film(), *names)
    changed = film()
    shot_of(changed, "1B")["action"] = "Another."
    make(tmp_path / "b", changed, *names)
    make(tmp_path / "b", film(), *names)
    for name in names:
        one, other = (picture_file(tmp_path / folder, name).read_bytes() for folder in "ab")
        assert one == other, name


def test_two_loudnesses_of_one_picture_share_its_reels(tmp_path):
    production = opened(tmp_path, film())
    render_here(production)
    small = KINDS["small"]
    wanted = {f"{lufs}": small.model_copy(update={"loudness_lufs": lufs}) for lufs in (-16.0, -23.0)}
    deliver(production.material(production.plan()), production.store, wanted, tmp_path / "out", Nobody())
    pieces = lay_film(production.material(production.plan())).cut.pieces
    assert len(made(tmp_path, REELS)) == len(pieces)


def test_what_is_drawn_on_is_encoded_as_a_whole(tmp_path):
    production = opened(tmp_path, film())
    laid, document = lay_film(production.material(production.plan())), production.film
    assert reels_for(laid, document, Deliverable(kind=DeliverableKind.WEB, burn_in=True)) == {}
    assert reels_for(laid, document, Deliverable(kind=DeliverableKind.REVIEW)) == {}
    assert [*reels_for(laid, document, Deliverable(kind=DeliverableKind.WEB, height=90))] == [90]
    assert [*reels_for(laid, document, Deliverable(kind=DeliverableKind.HLS))] == [144]


class Noted:
    """Hands that note what they are given, and do it when they are told to."""

    def __init__(self, production: Production) -> None:
        self.production = production
        self.begun: list[Chore] = []

    def begin(self, chore: Chore) -> None:
        self.begun.append(chore)

    def ended(self, wait_s: float) -> list[tuple[Chore, ShotfarmError | None]]:
        done, self.begun = self.begun, []
        for chore in done:
            chore.work(self.production.store, *chore.arguments)
        return [(chore, None) for chore in done]

    def close(self) -> None:
        pass

    def words(self) -> set[str]:
        return {chore.words for chore in self.begun}


def test_parts_are_begun_as_soon_as_what_they_are_made_from_is_there(tmp_path):
    document = film()
    document["deliverables"] = {"web": {"kind": "web"}}
    production = opened(tmp_path, document)
    plan = production.plan()
    hands = Noted(production)
    finishing = Finishing(production.store, hands, Nobody())
    finish_meanwhile(production.material(plan), production.store, finishing)
    assert hands.words() == {"a cue", "a line"}
    finishing.hear(Update((), {}))
    assert hands.words() == {"how loud a sound is"}, "no take has a part in it"
    while hands.begun:
        finishing.hear(Update((), {}))
    assert len(made(tmp_path, "encoded-sounds")) == 1
    render_here(production)
    digests = {shot.shot: shot.digest for shot in plan.shots}

    def done(*shots: str) -> None:
        events = [ShotEvent(number, digests[shot], TaskState.DONE) for number, shot in enumerate(shots)]
        finishing.takes([event.digest for event in events])

    done("1A")
    assert hands.words() == {"the segment of shot 1A"}
    finishing.hear(Update((), {}))
    assert "the joint of 1A and 1B" not in hands.words(), "1B is not there yet"
    done("1B")
    assert "the segment of shot 1B" in hands.words()
    finishing.hear(Update((), {}))
    assert "the joint of 1A and 1B" in hands.words()
    assert all(chore.kind != SEGMENTS for chore in hands.begun)
    finishing.hear(Update((), {}))
    assert "the web of shot 1A and 1B" in hands.words()
    done("1C", "2A", "2B", "2C")
    while hands.begun:
        finishing.hear(Update((), {}))
    pieces = lay_film(production.material(plan)).cut.pieces
    assert len(made(tmp_path, REELS)) == len(pieces)
    assert len(made(tmp_path, SEGMENTS)) == len(SHOTS)
    (delivery,) = deliver(
        production.material(plan),
        production.store,
        production.film.deliverables,
        tmp_path / "out",
        Nobody(),
        finishing,
    )
    assert delivery.made
    assert len(made(tmp_path, REELS)) == len(pieces), "nothing was left to make"
    kept = made(tmp_path, "sounds", "sound-levels", "mixes", "encoded-pieces", "encoded-sounds")
    assemble(production.material(plan), production.store, tmp_path / "film.mp4", Nobody(), finishing)
    assert made(tmp_path, "sounds", "sound-levels", "mixes", "encoded-pieces", "encoded-sounds") == kept


def test_a_film_whose_takes_come_with_sound_is_mixed_when_they_are_there(tmp_path, monkeypatch):
    with_backends(monkeypatch, sounding_slate=SoundingSlate)
    document = {**six_slates(), "renderers": {"own": {"backend": "sounding-slate"}}, "renderer": "own"}
    production = opened(tmp_path, document)
    hands = Noted(production)
    finishing = Finishing(production.store, hands, Nobody())
    finish_meanwhile(production.material(production.plan()), production.store, finishing)
    finishing.hear(Update((), {}))
    assert hands.begun == []
    assert len(made(tmp_path, "sounds")) == len({"a cue", "a line"})


def test_of_a_film_that_will_not_be_whole_nothing_is_begun(tmp_path):
    production = opened(tmp_path, film())
    hands = Noted(production)
    finishing = Finishing(production.store, hands, Nobody())
    finish_meanwhile(production.material(production.plan(["1A"])), production.store, finishing)
    finishing.takes([shot.digest for shot in production.plan().shots])
    assert hands.begun == []


def test_a_part_that_cannot_be_made_is_one_clear_error_and_nothing_is_left_half_made(tmp_path):
    production = opened(tmp_path, film())
    render_here(production)
    store = tmp_path / ".shotfarm" / "store"
    shot = production.plan().shots[1]
    take = shot.digest
    shutil.rmtree(store / "takes" / take[:2] / take)
    with production.store.attempt("takes", take) as attempt:
        attempt.path(CLIP).write_bytes(b"%s 'nothing' [v]" * 99)
        attempt.publish(facts_of(shot.spec))
    made = deliver(
        production.material(production.plan()), production.store, KINDS, tmp_path / "out", Nobody()
    )
    assert {one.name for one in made} == {*KINDS}
    for one in made:
        assert re.search("the segment of shot 1B: .*cannot be read", one.error or "")
        assert "Traceback" not in (one.error or "")
    left = [
        folder
        for folder in store.glob("*/??/*/*/")
        if folder.name != json.loads((folder.parent / "manifest.json").read_bytes())["attempt"]
    ]
    assert left == []


def test_this_process_stops_what_it_has_begun(tmp_path):
    production = opened(tmp_path, film())
    render_here(production)
    laid = lay_film(production.material(production.plan()))
    with finishing_here(production.store, Nobody()) as finishing:
        finishing.want_picture(laid)
        finishing.takes([source.take for source in laid.sources.values()])
    attempts = (tmp_path / ".shotfarm" / "store").glob("segments/*/*/*-*-*")
    assert all((path.parent / "manifest.json").exists() for path in attempts)


def test_a_cue_that_is_being_composed_ends_with_the_run_that_wanted_it(tmp_path):
    store = Store(tmp_path)
    cue = ComposedSource("tender", 84, "D minor", 600 * 48000, 7, 48000)
    hands = OwnHands(store)
    hands.begin(Chore(SOUNDS, cue.digest(), "a cue", make_sound, (cue,)))
    while not [*tmp_path.glob("sounds/*/*/*/.*.part")]:
        assert hands.ended(0.01) == []
    hands.close()
    assert not store.has(SOUNDS, cue.digest())
    assert [*tmp_path.glob("sounds/*/*/*")] == []


def test_a_chore_is_told_once_when_all_that_it_needs_is_there():
    waiting = Waiting()
    chore = Chore("joints", "j", "a joint", print)
    waiting.add(chore, [("takes", "a"), ("takes", "b")])
    assert waiting.ready() == []
    assert waiting.arrived(("takes", "a")) == []
    assert waiting.arrived(("takes", "b")) == [chore]
    assert waiting.arrived(("takes", "b")) == []
    waiting.arrived(("joints", "j"))
    waiting.add(chore, [])
    assert waiting.ready() == []


def test_a_store_is_asked_about_many_parts_at_once_and_what_is_missing_is_begun_in_its_order(
    tmp_path, monkeypatch
):
    """Each question waits for the network where the store is far away."""
    together = threading.Barrier(REQUESTS)

    def has(_, kind: str, digest: str) -> bool:
        together.wait(PATIENCE_S)
        return int(digest) % 2 == 0

    begun: list[Chore] = []
    hands = OwnHands(Store(tmp_path / "store"))
    monkeypatch.setattr(Store, "has", has)
    monkeypatch.setattr(hands, "begin", begun.append)
    finishing = Finishing(Store(tmp_path / "store"), hands, Nobody())
    finishing._begin([Chore(JOINTS, str(number), "a joint", print) for number in range(REQUESTS)])
    hands.close()
    assert [chore.digest for chore in begun] == [str(number) for number in range(1, REQUESTS, 2)]
