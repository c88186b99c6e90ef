"""Writes the tables of `docs/models.md` from the records of the families."""

from __future__ import annotations

from collections.abc import Iterator

from farm.backends.diffusion.families.family import Family, FramePicture
from farm.backends.diffusion.families.registry import FAMILIES
from farm.backends.diffusion.options import Ask, Memory
from storyboard.wording import listed
from tests.support import ROOT

PAGE = ROOT / "docs" / "models.md"
COMMAND = "python -m tests.support.pages.models_page"
BEGIN, END = "<!-- made by models_page.py: begin -->", "<!-- made by models_page.py: end -->"
_NEED = {FramePicture.NEVER: "no", FramePicture.CAN: "can", FramePicture.MUST: "must"}


def page(before: str) -> str:
    """The page with its tables as the records would have them."""
    head, _, rest = before.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return "\n".join([head + BEGIN, *tables(), END + tail])


def tables() -> Iterator[str]:
    """The lines between the marks."""
    yield from _head(
        "family", "models", "first picture", "last picture", "characters", "look", "places", "performance",
        "LoRAs", "sound",
    )  # fmt: skip
    for family in FAMILIES.values():
        yield _row(
            f"`{family.name}`",
            family.title,
            _NEED[family.start],
            _NEED[family.end],
            _characters(family),
            _look(family),
            "pictures" if Ask.PLACES in family.takes else _words(family),
            ", ".join(family.follows) or "no",
            _loras(family),
            "yes" if family.sound else "no",
        )
    yield ""
    yield from _head(
        "family", "rate", "frames", "made for", "size", "steps, guidance", "goes on after a kill",
        "memory options", "several cards", "licence",
    )  # fmt: skip
    for family in FAMILIES.values():
        yield _row(
            f"`{family.name}`",
            str(family.rate),
            f"{family.frame_step}k+1" if family.frame_step > 1 else "any",
            _made_for(family),
            f"about {family.area / 1e6:.2f} megapixels, multiples of {family.multiple}",
            f"{family.steps}, {family.guidance:g}",
            "yes" if family.resumes else f"no: {family.no_resume}",
            "all" if family.memory == frozenset(Memory) else _but(family),
            "yes" if family.spreads else "no",
            family.licence,
        )


def _head(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield "|" + "---|" * len(titles)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _characters(family: Family) -> str:
    if Ask.REFERENCES not in family.takes:
        return _words(family)
    kind = "IP-Adapter" if family.adapters else "pictures"
    count = "" if family.most_references is None else f", {family.most_references}"
    return f"{kind}{count}{' (must)' if Ask.REFERENCES in family.needs else ''}"


def _loras(family: Family) -> str:
    if Ask.LORAS in family.takes:
        return "yes"
    return "the keyframe's" if family.start is not FramePicture.NEVER else "no"


def _look(family: Family) -> str:
    return f"IP-Adapter; {_words(family)}" if Ask.STYLE in family.takes else _words(family)


def _words(family: Family) -> str:
    """What a family without pictures of something goes by."""
    words = ["words"] if family.module.text_encoders else []
    return "; ".join([*words, *(["the keyframe's"] if family.start is not FramePicture.NEVER else [])])


def _made_for(family: Family) -> str:
    if family.segment:
        return f"segments of {family.segment}"
    return f"at most {family.longest}" if family.hard_limit else str(family.longest)


def _but(family: Family) -> str:
    missing = [memory.value for memory in Memory if memory not in family.memory]
    return f"all but {listed(missing)}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
