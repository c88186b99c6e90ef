"""What differs between two takes, value beside value: whatever is digested is told, and nothing else."""

from __future__ import annotations

import pytest

from storyboard.planning.difference import Difference, Group, differences, word_by_word
from storyboard.planning.spec import ResolvedFile, ShotSpec
from tests.support.storyboard.small_films import plan, shot, small

NAMES = {"a" * 64: "refs/mira.png", "b" * 64: "refs/other.png"}


def spec_of(change=lambda film: None, name: str = "1A") -> ShotSpec:
    film = small()
    change(film)
    return next(one.spec for one in plan(film).shots if one.shot == name)


def rows(b: ShotSpec, a: ShotSpec | None = None) -> list[Difference]:
    return differences(a or spec_of(), b, lambda sha256: NAMES.get(sha256, sha256[:8]))


def first(**keys: object):
    return lambda film: shot(film, "1A").update(keys)


def test_what_is_the_same_has_no_differences():
    assert rows(spec_of()) == []


@pytest.mark.parametrize(
    ("change", "group", "words"),
    [
        (first(seed=5), Group.SEED, "→ 5"),
        (first(camera="pan-left"), Group.CAMERA, "camera: static → pan-left"),
        (first(size="CU"), Group.CAMERA, "→ CU"),
        (first(duration=99), Group.PICTURE, "→ 99"),
        (
            lambda film: film["characters"]["mira"].update(description="tall"),
            Group.PROMPT,
            "mira: ",
        ),
        (
            lambda film: film["characters"]["mira"].update(wardrobe={"default": "a coat"}),
            Group.PROMPT,
            "mira wears: ",
        ),
    ],
)
def test_a_change_is_told_in_its_group(change, group, words):
    (row,) = rows(spec_of(change))
    assert row.group is group
    assert words in row.words


def test_prose_is_compared_word_by_word():
    a, b = spec_of(first(action="A dark room.")), spec_of(first(action="A bright, dark room."))
    (row,) = rows(b, a)
    assert [words.strip() for kind, words in row.parts if kind != "same"] == ["bright,"]
    for side, text in (("gone", row.a), ("new", row.b)):
        assert "".join(words for kind, words in row.parts if kind in {"same", side}) == text
    assert word_by_word("", "new") == (("new", "new"),)


def test_options_are_compared_by_name_and_those_that_change_no_pixel_are_left_out():
    a = spec_of().model_copy(update={"options": {"rain": "light", "keep": 1}, "idle_options": ("keep",)})
    b = a.model_copy(update={"options": {"rain": "heavy", "snow": True, "keep": 2}})
    assert [row.words for row in rows(b, a)] == ["rain: light → heavy", "snow: none → true"]


def test_files_are_called_by_their_names():
    a = spec_of()
    mira = a.characters[0]
    pictures = [mira.model_copy(update={"references": (ResolvedFile(sha256=sha),)}) for sha in NAMES]
    one, other = (a.model_copy(update={"characters": (person,)}) for person in pictures)
    (row,) = rows(other, one)
    assert (row.group, row.words) == (
        Group.REFERENCES,
        f"pictures of {mira.id}: refs/mira.png → refs/other.png",
    )


def test_whatever_is_in_the_digest_of_a_take_is_told_when_it_differs():
    untold = {"shot", "version"}  # of people, and of the form
    base = spec_of()
    values = {
        "backend": "other",
        "backend_version": 99,
        "options": {"x": 1},
        "width": 8,
        "height": 8,
        "rate": 7,
        "frames": 7,
        "head": 7,
        "tail": 7,
        "seed": 7,
        "size": "ECU",
        "camera": "pan-left",
        "action": "Other.",
        "look": base.look.model_copy(update={"negative": "noise"}),
        "location": base.location.model_copy(update={"weather": "rain"}),
        "characters": (),
        "lines": ({"character": "mira", "name": "", "text": "Go.", "delivery": "normal", "start": 0},),
        "predecessor": {"shot": "0", "digest": "c" * 64},
        "match_cut": {"shot": "0", "digest": "c" * 64},
        "performance": {"file": {"sha256": "a" * 64}, "pose": None, "face": None},
        "first_frame": {"sha256": "a" * 64},
        "last_frame": {"sha256": "a" * 64},
        "given": {"draw.py": {"sha256": "a" * 64}},
        "letters": ("fonts 2",),
        "language": "ja",
        "part": (48, 68),
    }
    assert values.keys() == ShotSpec.model_fields.keys() - untold - {"idle_options"}
    for name, value in values.items():
        other = ShotSpec.model_validate({**base.model_dump(), name: value})
        assert rows(other), name
