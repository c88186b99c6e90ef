"""What programs call transitions, and which of the film's kinds that is."""

from __future__ import annotations

from opentimelineio import schema

from storyboard.interchange.not_held import NAMESPACE, NotHeld
from storyboard.planning.transitions import DIPS, WIPES
from storyboard.schema.vocabulary import TransitionKind

_TITLES = {
    TransitionKind.DISSOLVE: "Cross Dissolve",
    TransitionKind.FADE: "Dip to Black",
    TransitionKind.DIP_TO_WHITE: "Dip to White",
    **{kind: kind.value.replace("-", " ").title() for kind in WIPES},
}
_WORDS = (
    ("white", TransitionKind.DIP_TO_WHITE),
    ("black", TransitionKind.FADE),
    ("dip to color", TransitionKind.FADE),
    ("fade to color", TransitionKind.FADE),
    ("clock", TransitionKind.WIPE_CLOCK),
    ("iris", TransitionKind.WIPE_IRIS),
    ("barn", TransitionKind.WIPE_BARN_DOOR),
    ("wipe", TransitionKind.WIPE_RIGHT),
    ("dissolve", TransitionKind.DISSOLVE),
    ("fade", TransitionKind.FADE),
)
"""parts of names, the surest first"""
ALL_KINDS = frozenset(kind.value for kind in TransitionKind) - {TransitionKind.CUT.value} | {"wipe"}


def title_of(kind: str) -> str:
    """What a kind of transition is called in other programs.

    >>> title_of("dissolve"), title_of("wipe-left"), title_of("page turn")
    ('Cross Dissolve', 'Wipe Left', 'page turn')
    """
    return _TITLES[TransitionKind(kind)] if kind in {one.value for one in _TITLES} else kind


def kind_called(name: str) -> str:
    """The kind that a transition's name means; nothing where it means none of them.

    >>> kind_called("Dip to Color Dissolve"), kind_called("wipe-left"), kind_called("Page Peel")
    ('fade', 'wipe-left', '')
    """
    folded = " ".join(name.casefold().replace("-", " ").split())
    for kind, title in _TITLES.items():
        if folded in {title.casefold(), kind.value.replace("-", " ")}:
            return kind.value
    return next((kind.value for word, kind in _WORDS if word in folded), "")


def call_by_name(transition: schema.Transition, name: str) -> list[NotHeld]:
    """Say what kind a transition is by its name; what there is to say of one that is none of ours."""
    kind = kind_called(name)
    call(transition, kind or TransitionKind.DISSOLVE.value)
    return [NotHeld("transition", name, "is read as a dissolve")] if name and not kind else []


def call(transition: schema.Transition, kind: str) -> None:
    """Say what kind a transition is that was read, as the cut of a film says it."""
    dissolves = kind == TransitionKind.DISSOLVE
    types = schema.TransitionTypes
    transition.transition_type = types.SMPTE_Dissolve if dissolves else types.Custom
    if kind:
        transition.metadata[NAMESPACE] = {"kind": kind, "through_black": kind in DIPS}
