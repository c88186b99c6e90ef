"""What is said of a deliverable: its shots and the takes that they show, as it is signed into its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from pydantic import JsonValue

from assembly.cut.pieces import Cut
from assembly.delivery.packet_sums import PacketSums, packet_sums
from farm.backend.registry import backend_class
from pipeline.delivery.burned_words import sheet_shots
from pipeline.delivery.make import Making
from pipeline.provenance.signer import fingerprint, signer_of
from pipeline.provenance.signing import FILMS, MIME, sign
from pipeline.provenance.statement import Source, StatedPerformance, StatedShot, Statement
from storyboard.errors import UsageError
from storyboard.planning.plan import PlannedShot
from storyboard.schema.deliverables import WITH_POSTER, DeliverableKind

UNSIGNED = {
    DeliverableKind.HLS: "a stream is many files, and C2PA's library signs none of that kind from here",
    DeliverableKind.FRAMES: "each frame is a file of its own",
    DeliverableKind.FRAMES_EXR: "OpenEXR holds no statement",
    DeliverableKind.SUBTITLES: "text holds no statement",
}
"""kinds whose files say nothing of how they were made, and why"""


def recipe_of(making: Making) -> JsonValue:
    """What of a deliverable's files depends on what they say; None where they are to say nothing.

    Raises:
        UsageError: the studio's certificate or its key cannot be used.
    """
    signing = making.material.signing
    if signing is None or making.kind in UNSIGNED:
        return None
    # A machine's own certificate proves nothing: what another machine has signed with its own stays.
    own = signing.certificate is not None
    said = statement_of(making, poster=making.kind is DeliverableKind.POSTER)
    return [said.recipe, fingerprint(signer_of(signing)) if own else None]


def sign_files(making: Making, folder: Path) -> dict[str, JsonValue]:
    """Sign what is said of a deliverable into its files, the last thing that is done to them; for its report.

    Raises:
        AssemblyError: a file cannot be signed.
        UsageError: the studio's certificate or its key cannot be used.
    """
    signing = making.material.signing
    if making.kind in UNSIGNED:
        return {"signed": [], "why_not": UNSIGNED[making.kind]}
    if signing is None:
        return {"signed": [], "why_not": "SHOTFARM_SIGN is off"}
    signer = signer_of(signing)
    files = [path for path in sorted(folder.iterdir()) if path.suffix in MIME]
    for path in files:
        is_film = path.suffix in FILMS
        said = statement_of(making, poster=making.kind in WITH_POSTER and not is_film)
        sign(path, with_packets(said, packet_sums(path)) if is_film else said, signer)
    by = "a certificate that this machine has made for itself: it proves nothing about who"
    return {
        "signed": [path.name for path in files],
        "by": by if signer.self_made else "the studio's certificate",
    }


def statement_of(making: Making, *, poster: bool = False) -> Statement:
    """What is said of a deliverable, or of its poster, without what only its files tell."""
    spans = {one.name: (one.start, one.frames) for one in sheet_shots(making.material.film, making.film)}
    shots = making.material.plan.cut
    if making.kind is DeliverableKind.STEMS:
        shots = ()
    if poster:
        frame = making.poster_frame()
        shots = tuple(one for one in shots if spans[one.shot][0] <= frame < sum(spans[one.shot]))
    before = making.drawing.slate_frames
    return Statement(
        shotfarm=version("shotfarm"),
        film=making.material.film.title,
        kind=making.kind.value,
        rate=str(making.material.film.format.rate),
        shots=tuple(_stated(one, spans[one.shot][0] + before, spans[one.shot][1]) for one in shots),
    )


def statement_of_film(title: str, kind: str, cut: Cut, shots: Sequence[PlannedShot]) -> Statement:
    """What is said of shots of a film as it is, or of a frame of it, without what only its files tell.

    Args:
        title: the film's.
        kind: of what it is said.
        cut: the film on its frames.
        shots: those that are seen.
    """
    return Statement(
        shotfarm=version("shotfarm"),
        film=title,
        kind=kind,
        rate=str(cut.picture.rate),
        shots=tuple(_stated(one, cut.shot_starts[one.shot], one.shape.frames) for one in shots),
    )


def with_packets(said: Statement, sums: PacketSums) -> Statement:
    """A statement with what a film's file holds, so that it can be told which shot of it is changed."""
    shots = [
        shot.model_copy(
            update={"start": sums.frames[shot.first].hex(), "packets": sums.of(shot.first, shot.frames)}
        )
        for shot in said.shots
    ]
    return said.model_copy(update={"frames": len(sums.frames), "sound": sums.sound, "shots": tuple(shots)})


def _stated(shot: PlannedShot, first: int, frames: int) -> StatedShot:
    spec, options = shot.spec, shot.spec.options
    model, prints = options.get("model"), options.get("fingerprints")
    named = Path(model).name if isinstance(model, str) and Path(model).is_absolute() else model
    digest = options.get("revision") or (prints.get("model") if isinstance(prints, dict) else None)
    acted, filmed = spec.performance, shot.laid.performance
    return StatedShot(
        shot=shot.shot,
        first=first,
        frames=frames,
        take=shot.digest,
        backend=spec.backend,
        backend_version=spec.backend_version,
        source=_source(spec.backend, options),
        model=named if isinstance(named, str) else "",
        model_digest=digest if isinstance(digest, str) else "",
        changed=_changed(shot),
        performance=StatedPerformance(sha256=acted.file.sha256, consent=filmed.consent)
        if acted and filmed
        else None,
    )


def _changed(shot: PlannedShot) -> tuple[str, ...]:
    """What a person asked for otherwise, by name: the words themselves are the studio's."""
    if shot.adjustment is None:
        return ()
    asked = shot.adjustment.model_dump(exclude_defaults=True)
    return tuple(name.replace("add_prompt", "words").replace("_", " ") for name in sorted(asked))


def _source(backend: str, options: Mapping[str, JsonValue]) -> Source:
    """How a backend's pictures come to be; a model's, where nobody knows."""
    try:
        traits = backend_class(backend).TRAITS
    except UsageError:
        return Source.MODEL
    return Source.PROGRAM if traits.is_drawn(options) else Source.MODEL
