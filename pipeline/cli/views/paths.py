"""What the command line shows of the ways through a film that branches."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from storyboard.branching.lengths import Ways
from storyboard.branching.overview import Overview
from storyboard.media.timing import timecode_from_frames
from storyboard.schema.choices import Choices
from storyboard.schema.film import Film
from storyboard.wording import counted

_MOST_WRITTEN = 10**9


def lengths_in_words(told: Overview, rate: Fraction) -> str:
    """`2 endings, 3 ways, 00:00:07:12 to 00:00:09:00`."""
    endings = counted(len(told.endings), "ending")
    return f"{endings}, {number_in_words(told.ways)}, {_span(told.ways, rate)}"


def number_in_words(of: Ways) -> str:
    """How many ways there are; of very many, about how many."""
    if of.number is None:
        return "ways in circles"
    if of.number >= _MOST_WRITTEN:
        return f"about 10^{len(str(of.number)) - 1} ways"
    return counted(of.number, "way")


def paths_table(console: Console, film: Film, told: Overview) -> None:
    """A row an ending, a row an answer, and the way that is chosen."""
    rate = film.format.rate
    endings = Table(title=escape(film.title), title_justify="left")
    for heading in ("ending", "scene", "ways", "shortest", "longest"):
        endings.add_column(heading, justify="right" if heading in {"shortest", "longest"} else "left")
    for one in told.endings:
        longest = one.ways.longest
        endings.add_row(
            escape(one.name),
            one.scene,
            number_in_words(one.ways),
            timecode_from_frames(one.ways.shortest, rate),
            "no limit" if longest is None else timecode_from_frames(longest, rate),
        )
    console.print(endings)
    if told.questions:
        console.print(_questions(told))
    console.print(
        f"{timecode_from_frames(told.frames, rate)}: {' → '.join(told.way)}", highlight=False, soft_wrap=True
    )


def paths_as_json(film: Film, told: Overview) -> dict[str, Any]:
    """The same for a script; lengths in frames, null where there is no limit."""

    def ways(of: Ways) -> dict[str, int | None]:
        return {"ways": of.number, "shortest": of.shortest, "longest": of.longest}

    questions: list[dict[str, Any]] = []
    for one in told.questions:
        asked = one.question
        said: dict[str, Any] = {"scene": one.scene, "question": asked.question}
        said["within"] = asked.within.frames(film.format.rate)
        if isinstance(asked, Choices):
            said["default"] = asked.default
            said["answers"] = [
                {"id": answer.id, "text": answer.text, "goes_to": answer.goes_to} for answer in asked.answers
            ]
        else:
            said["parameter"] = asked.parameter
        questions.append(said)
    return {
        "title": film.title,
        "rate": str(film.format.rate),
        **ways(told.ways),
        "endings": [{"scene": one.scene, "name": one.name, **ways(one.ways)} for one in told.endings],
        "questions": questions,
        "way": {"scenes": list(told.way), "frames": told.frames},
    }


def _span(of: Ways, rate: Fraction) -> str:
    shortest = timecode_from_frames(of.shortest, rate)
    if of.longest == of.shortest:
        return shortest
    return f"{shortest} to {'any length' if of.longest is None else timecode_from_frames(of.longest, rate)}"


def _questions(told: Overview) -> Table:
    table = Table()
    for heading in ("at the end of", "is asked", "answer", "--choose", "leads to"):
        table.add_column(heading)
    for one in told.questions:
        asked = one.question
        if not isinstance(asked, Choices):
            table.add_row(one.scene, escape(asked.question), f"[dim]--set {asked.parameter}=…[/]", "", "")
            continue
        for index, answer in enumerate(asked.answers):
            default = " [dim](default)[/]" if answer.id == asked.default else ""
            table.add_row(
                *((one.scene, escape(asked.question)) if index == 0 else ("", "")),
                f"{escape(answer.text)}{default}",
                f"{one.scene}={answer.id}",
                answer.goes_to,
            )
    return table
