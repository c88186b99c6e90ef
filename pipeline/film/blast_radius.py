"""What a decision would have made again, and what that costs: a film as it is, and as it would be.

Nothing is looked at but digests: a part that the film has under another digest, or not at all, is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assembly.cut.pieces import Joint, Piece
from farm.store.store import Store
from pipeline.film.lay import LaidFilm, lay_film, reels_for
from pipeline.film.sound import soundtrack_of
from pipeline.film.versions import Version, version_of
from pipeline.production.estimates import Work
from pipeline.production.material import Material
from storyboard.planning.plan import Plan, PlannedShot
from storyboard.wording import counted, duration


@dataclass(frozen=True, slots=True)
class Parts:
    """What a film and its deliverables are made of beside takes; each by its digest, with what it is of.

    Attributes:
        segments: takes in another form, and prints: the shot.
        joints: their shots.
        reels: the deliverable, and the shots that it shows.
        sounds: voices, effects and cues: what is heard; stems; the mix.
    """

    segments: Mapping[str, str] = field(default_factory=dict)
    joints: Mapping[str, str] = field(default_factory=dict)
    reels: Mapping[str, str] = field(default_factory=dict)
    sounds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """What a decision would have made again.

    Attributes:
        renders: takes that are rendered, those of shots that start from the one that was decided of too.
        follows: the shots that get another take because one that they start from does.
        segments: shots whose takes or prints are brought to the film's form again.
        joints: the shots of each joint that is made again.
        reels: of which deliverable, and what, for each reel that is encoded again.
        sounds: what is heard that is made or mixed again.
        frames: by how many frames the film becomes longer.
        worker_s: estimated seconds of workers.
        gpu_s: of graphics cards.
        cost: in words; None where something of it has no price.
    """

    renders: tuple[PlannedShot, ...]
    follows: tuple[str, ...]
    segments: tuple[str, ...]
    joints: tuple[str, ...]
    reels: tuple[str, ...]
    sounds: tuple[str, ...]
    frames: int
    worker_s: float
    gpu_s: float
    cost: str | None

    def in_words(self, shot: str) -> tuple[str, ...]:
        """The same for people, a sentence each; `shot` is the one that is decided of."""
        cost = f", {self.cost}" if self.cost else ""
        work = f"{duration(self.worker_s)} of work for one worker"
        lines = [f"{counted(len(self.renders), 'take')} to render: {work}{cost}."]
        if self.follows:
            lines.append(f"Follow shot {shot}: {', '.join(self.follows)}.")
        parts = [
            counted(len(getattr(self, f"{name}s")), name)
            for name in ("segment", "joint", "reel", "sound")
            if getattr(self, f"{name}s")
        ]
        lines.append(
            f"Made again for the film: {', '.join(parts)}." if parts else "Nothing else is made again."
        )
        if self.frames:
            longer = "longer" if self.frames > 0 else "shorter"
            lines.append(f"The film becomes {counted(abs(self.frames), 'frame')} {longer}.")
        return tuple(lines)


def parts_of(material: Material, store: Store) -> Parts:
    """The parts of a film, whose takes need not be there; nothing is made or written."""
    film = material.film
    laid: dict[Version, LaidFilm] = {}
    segments: dict[str, str] = {}
    joints: dict[str, str] = {}
    reels: dict[str, str] = {}
    for what in (None, *film.deliverables.values()):
        version = version_of(film, what)
        if version not in laid:
            laid[version] = lay_film(material, version)
            sources = laid[version].sources.items()
            segments |= {digest: one.shot for digest, one in sources if one.segment or one.printed}
            joints |= {joint.digest: _shots_of(joint) for joint in laid[version].cut.joints}
        for of_height in reels_for(laid[version], film, what).values() if what else ():
            reels |= {reel.digest(): f"{reel.kind} {_shots_of(reel.piece)}" for reel in of_height}
    sound = soundtrack_of(material, store)
    sounds = {event.source.digest(): f"line of shot {event.shot}" for event in sound.speech}
    sounds |= {event.source.digest(): f"effect of shot {event.shot}" for event in sound.effects}
    sounds |= {tone.source.digest(): f"room tone of {tone.location}" for tone in sound.room_tones}
    sounds |= {event.source.digest(): f"music {event.cue}" for event in sound.music}
    sounds |= {digest: f"stem {stem}" for stem, digest in sound.stems().items()}
    return Parts(segments, joints, reels, sounds)


def _shots_of(piece: Piece) -> str:
    return "-".join(dict.fromkeys(piece.shots)) if isinstance(piece, Joint) else piece.shot


def blast_radius(
    before: tuple[Plan, Parts],
    after: tuple[Plan, Parts],
    decided: str,
    work_of: Callable[[Sequence[PlannedShot]], Work],
) -> BlastRadius:
    """Compare a film as it is with the film as it would be. Pure.

    Args:
        before: its plan and parts.
        after: the same, if it were decided.
        decided: the shot that is decided of.
        work_of: what rendering shots is estimated to come to.
    """
    (was, had), (will, has) = before, after
    takes = {shot.shot: shot.digest for shot in was.shots}
    known = {*takes.values()}
    renders = tuple(shot for shot in will.missing if shot.digest not in known)
    work = work_of(renders)

    def again(name: str) -> tuple[str, ...]:
        new: Mapping[str, str] = getattr(has, name)
        old: Mapping[str, str] = getattr(had, name)
        return tuple(words for digest, words in new.items() if digest not in old)

    return BlastRadius(
        renders,
        tuple(
            shot.shot
            for shot in will.shots
            if shot.digest != takes.get(shot.shot, shot.digest) and shot.shot != decided
        ),
        tuple(dict.fromkeys(again("segments"))),
        again("joints"),
        again("reels"),
        again("sounds"),
        will.film.duration_frames() - was.film.duration_frames(),
        sum(shot.estimate_s for shot in renders),
        work.gpu_ms / 1000,
        str(work.money) if work.money is not None else None,
    )
