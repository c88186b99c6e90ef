"""A film whose takes were rendered in this process, what is delivered of it, and what is done to that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av

from assembly.boxes import boxes
from pipeline.delivery.deliver import deliver
from pipeline.film.assemble import Delivery
from pipeline.observer import Nobody
from storyboard.schema.deliverables import Deliverable, DeliverableKind
from tests.support.pipeline.decided_films import Folder


@dataclass(frozen=True)
class Delivered:
    """A film and its signed web file."""

    film: Folder
    web: Path


def made_of(
    film: Folder, kind: str, out: Path, what: Deliverable | None = None, **settings: object
) -> Delivery:
    """A deliverable of a film whose takes are there: of a kind, or what is said of it."""
    production = film.open()
    material = production.material(production.plan())
    signing = production.settings.model_copy(update=settings).signing
    wanted = {kind: what or Deliverable(kind=DeliverableKind(kind))}
    (made,) = deliver(replace(material, signing=signing), production.store, wanted, out, Nobody())
    return made


def statement_box(path: Path) -> bytes:
    """The box of a file that holds what it says of itself."""
    data = path.read_bytes()
    at = 0
    for kind, _, end in boxes(data):
        if kind == b"uuid":
            return data[at:end]
        at = end
    raise AssertionError("it says nothing")


def with_statement(path: Path, box: bytes) -> Path:
    """A file that says of itself what another one says."""
    with path.open("ab") as file:
        file.write(box)
    return path


def packet_place(path: Path, frame: int, kind: str = "video") -> int:
    """The byte in the middle of the packet of a frame, or of so many packets of sound."""
    with av.open(str(path)) as clip:
        packets = [
            one for one in clip.demux(getattr(clip.streams, kind)[0]) if one.size and one.pts is not None
        ]
        one = sorted(packets, key=lambda packet: packet.pts or 0)[frame]
        assert one.pos is not None
        return one.pos + one.size // 2


def copied(path: Path, out: Path, keeps: Callable[[int], bool]) -> Path:
    """The packets of a file in another, without those pictures that are not kept; the sound is whole."""
    with av.open(str(path)) as source, av.open(str(out), "w") as target:
        streams = {
            one.index: target.add_stream_from_template(one)
            for one in (*source.streams.video, *source.streams.audio)
        }
        video = source.streams.video[0]
        rate = Fraction(video.average_rate or 24)
        left_out = 0
        for packet in source.demux([source.streams[index] for index in streams]):
            if not packet.size or packet.pts is None:
                continue
            if packet.stream_index == video.index:
                frame = round(packet.pts * packet.time_base * rate)
                if not keeps(frame):
                    left_out += 1
                    continue
                step = int(left_out / (rate * packet.time_base))
                packet.pts -= step
                packet.dts = None if packet.dts is None else packet.dts - step
            packet.stream = streams[packet.stream_index]
            target.mux(packet)
    return out


def changed_at(path: Path, out: Path, place: int) -> Path:
    """A copy of a file with one byte changed."""
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    out.write_bytes(data)
    return out


def places_of_box(path: Path, wanted: bytes) -> range:
    """The bytes of the content of a box at the top of a file."""
    for kind, begin, end in boxes(path.read_bytes()):
        if kind == wanted:
            return range(begin, end)
    raise AssertionError(f"no {wanted!r}")
