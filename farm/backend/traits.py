"""What the plan and the farm know of a backend without loading it: its traits, options and models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, JsonValue

from storyboard.described import DescribedModel
from storyboard.planning.renderer import RendererTraits
from storyboard.planning.spec import ShotSpec


class BackendOptions(DescribedModel):
    """Options of a backend: a frozen, closed model with a default for each field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Resources:
    """What one worker holds of the cluster."""

    cpus: float = 1.0
    gpus: float = 0.0


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a backend has to say of a shot before anything loads.

    Attributes:
        severity: an error stops the plan; a warning tells what will not be as asked.
        message: what was found, what is allowed, and what else can do it.
        option: the option that is wrong (`steps`, `keyframe.model`), or empty when it is the shot that asks
            too much.
    """

    severity: Literal["error", "warning"]
    message: str
    option: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """What a shot sends to a service outside the house, once for each call, and what that costs.

    Attributes:
        service: what people call it.
        host: where it goes.
        model: that is asked for, by the service's name.
        what: that goes there: `words`, `pictures of ada`, `a driving video`.
        seconds: of video that are asked for; 0 for a picture.
        credits: what it should cost, in hundredths of the service's own unit; None where nobody knows before.
        usd_per_credit: the service's own price of a unit, as a number of dollars.
    """

    service: str
    host: str
    model: str
    what: tuple[str, ...]
    seconds: float = 0.0
    credits: int | None = None
    usd_per_credit: str = ""


@dataclass(frozen=True, slots=True)
class OptionFile:
    """A file of the project that an option names.

    Attributes:
        place: where in the options it is named: `("command", 1)`.
        name: its path in the film's folder, with `/` between its parts.
    """

    place: tuple[str | int, ...]
    name: str


@dataclass(frozen=True, slots=True)
class ModelNeed:
    """A model that a backend needs for its options, and what can be said of it without loading it.

    Attributes:
        name: what it is called: a hub id, or a folder.
        revision: which state of it, where it has several.
        path: where it lies on this machine, or would.
        size_bytes: of its files.
        licence: what it may be used for, in a few words.
        forbids_commercial_use: shown as a warning in the plan.
        gpu_memory_bytes: an estimate of what rendering with these options takes.
        present: whether all of it is on this machine.
        parts: the files of it that are needed, as patterns; empty when it is a whole model.
    """

    name: str
    revision: str | None = None
    path: Path | None = None
    size_bytes: int | None = None
    licence: str | None = None
    forbids_commercial_use: bool = False
    gpu_memory_bytes: int | None = None
    present: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendTraits(RendererTraits):
    """What the plan and the farm must know of a backend without loading it: what the plan does, and this.

    Attributes:
        options: the model of its options.
        continuity_frames: how many of the predecessor's last frames a continuing shot starts from.
        resources: what one worker holds.
        places: complete options → how many shots may be on their way at once, where others render them and a
            worker only waits. There are so many workers at most, and all of them are one process, in which
            `render` is called from several threads at once. None where there are as many as there is room,
            each with a process of its own. Pure.
        sends: what a shot sends to services outside the house, for the plan to name and to price. Pure.
        cards: complete options → how many cards a worker holds for such a shot, where that is not always the
            number in `resources`; it then holds as many times its processors too. Pure.
        libraries: packages whose versions a take's manifest notes, because they decide about pixels.
        keeps_states: it keeps states of a shot that renders and goes on from them bit-identically, so that a
            shot can be stopped at its next state for one that is more urgent.
        overlaps: a shot can begin while the one before is decoded; the backend then calls `begin_next`.
        settle: complete options → the same, with what they stand for on this machine: a family that is read
            from a model, the digest of a model's files. Called once for each set of options whenever a film
            is opened; part of every digest.
        option_files: complete options, the id of the shot that has them and the film's folder → the files of
            the project that they name. They are in the shot's digest (`ShotSpec.given`), and their copies
            come with the conditioning. Looks at names in the folder at most.
        programs: complete options → the programs of the film's own choice that they start, in words. They run
            only for films that the machine allows it (`SHOTFARM_ALLOW_COMMANDS`). None where there are none.
        document_options: the names of options that only the film document sets, and no retake: they choose
            what runs.
        changes_takes: the names of two options, where the backend can change a take that is there and keep
            the rest of it: a video of the project, and the words that say what is to be different.
        servers: complete options → the servers that render, with what each is or has. There are no more
            workers than places at servers that carry those of a shot's tags that servers have; each has its
            share of `places`, else one. Which tags these are, the option `needs` tells, which is an idle one.
            They are sent something only where they are in the machine's own network, or it allows it
            (`SHOTFARM_ALLOW_SERVERS`).
        check_files: what the backend has to say of a shot and of the files that its options name, by their
            paths in the project, and of its driving video, by its SHA-256; called as `check` is. The third
            value says of a server's address whether this machine lets the film have it asked
            (`SHOTFARM_ALLOW_SERVERS`); no other is to be asked anything.
        check: what the backend has to say of a shot; called for every shot of a film whenever it is opened,
            so it loads nothing and looks at small files at most.
        models: complete options → the models that rendering with them needs; loads nothing, asks no network.
        fetch: bring a model onto this machine, telling how much is done (0 to 1); raises a `ShotfarmError`
            for what a person can mend. What was fetched in part is gone on with.
        drawn: a program draws its pictures, and no model was trained for them; what is delivered says which
            of the two it was. Or complete options → whether that is so.
        warmth: what a worker should hold already to render a shot, coarse to fine (the model, then its
            LoRAs); a worker that has rendered a shot of the same warmth is preferred. Pure.
    """

    options: type[BackendOptions]
    continuity_frames: int = 1
    resources: Resources = Resources()
    places: Callable[[Mapping[str, JsonValue]], int] | None = None
    sends: Callable[[ShotSpec], Sequence[Sending]] | None = None
    cards: Callable[[Mapping[str, JsonValue]], int] | None = None
    libraries: tuple[str, ...] = ()
    keeps_states: bool = False
    overlaps: bool = False
    settle: Callable[[Mapping[str, JsonValue]], dict[str, JsonValue]] | None = None
    option_files: Callable[[Mapping[str, JsonValue], str, Path], Sequence[OptionFile]] | None = None
    programs: Callable[[Mapping[str, JsonValue]], str] | None = None
    document_options: tuple[str, ...] = ()
    changes_takes: tuple[str, str] | None = None
    servers: Callable[[Mapping[str, JsonValue]], Mapping[str, frozenset[str]]] | None = None
    check_files: (
        Callable[[ShotSpec, Mapping[str, Path], Callable[[str], bool]], Sequence[Complaint]] | None
    ) = None
    check: Callable[[ShotSpec], Sequence[Complaint]] | None = None
    models: Callable[[Mapping[str, JsonValue]], Sequence[ModelNeed]] | None = None
    fetch: Callable[[ModelNeed, Callable[[float], None]], None] | None = None
    warmth: Callable[[ShotSpec], tuple[str, ...]] | None = None
    drawn: bool | Callable[[Mapping[str, JsonValue]], bool] = False

    def is_drawn(self, options: Mapping[str, JsonValue]) -> bool:
        """Whether a program draws pictures with these complete options."""
        return self.drawn(options) if callable(self.drawn) else self.drawn

    def places_for(self, options: Mapping[str, JsonValue]) -> int:
        """How many shots of these options may be on their way at once; 0 for as many as there is room."""
        return 0 if self.places is None else self.places(options)

    def gpus_for(self, options: Mapping[str, JsonValue]) -> float:
        """How many GPUs a worker holds that renders with these complete options."""
        return self.resources.gpus if self.cards is None else self.cards(options)


def complete_options(traits: BackendTraits, *layers: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The options of a shot: defaults, then each layer over the one before.

    Raises:
        pydantic.ValidationError: an option the backend does not have, or a value it does not take.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        merged.update(layer)
    dumped: dict[str, JsonValue] = traits.options.model_validate(merged).model_dump(mode="json")
    return dumped
