"""A writer reads a film scene by scene, and what it proposes becomes a diff; the film is not written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.writing.answers import Asked, KeptAnswer, keep_answer, kept_answer
from pipeline.writing.asking import Asker, Completion, WriterError
from pipeline.writing.writer import Writer
from storyboard.screenplay.accepting import Diff, diff_of
from storyboard.screenplay.document import plain_document
from storyboard.screenplay.importing import Imported
from storyboard.screenplay.proposals import Heard, NoAnswerError, heard
from storyboard.screenplay.questions import Question, questions_of, response_format

MOST_UNREADABLE = 3
"""answers in a row from the first on that are in no form; a writer that begins so is not asked for more"""

Progress = Callable[[int, int], None]
"""hears how many scenes of how many are read"""


@dataclass(frozen=True, slots=True)
class Refined:
    """What a writer proposes.

    Attributes:
        diff: what would change.
        asked: scenes that it was asked of.
        kept: scenes whose answers were kept from before.
        models: which models say that they answered.
        writer: who was asked.
    """

    diff: Diff
    asked: int
    kept: int
    models: tuple[str, ...]
    writer: Writer


def refined(folder: Path, made: Imported, writer: Writer, progress: Progress) -> Refined:
    """Have a writer read what a screenplay came to.

    Each answer is kept as it comes: whatever ends this early, the same again asks for the rest. One that is
    in no form is named, not kept, and asked for again then.

    Args:
        folder: of the film document; answers are kept below it.
        made: the import.
        writer: whom to ask.
        progress: hears how far it is.

    Raises:
        WriterError: it cannot be asked, or its answers are in no form.
        StoreError: answers cannot be read or kept.
    """
    there = {str(scene["id"]) for scene in plain_document(made.text)["scenes"]}
    questions = [one for one in questions_of(made.film) if one.scene in there]
    answers: list[tuple[Question, Heard]] = []
    unreadable: list[str] = []
    models: dict[str, None] = {}
    asked = 0
    with Asker(writer) as asker:
        for number, question in enumerate(questions):
            progress(number, len(questions))
            depends = _asked(question, writer)
            kept = kept_answer(folder, depends)
            try:
                if kept is None:
                    asked += 1
                    kept, answer = _answered(asker, depends)
                    keep_answer(folder, kept)
                else:
                    answer = heard(kept.content)
            except NoAnswerError as error:
                unreadable.append(f"scene {question.scene}: its answer is left out: {error}")
                if not answers and len(unreadable) >= min(MOST_UNREADABLE, len(questions)):
                    raise _no_writer(writer, unreadable[0]) from None
                continue
            models |= dict.fromkeys([kept.model] if kept.model else [])
            answers.append((question, answer))
        progress(len(questions), len(questions))
    diff = diff_of(made.film, made.text, answers)
    diff.refused[:0] = unreadable
    return Refined(diff, asked, len(answers) + len(unreadable) - asked, tuple(models), writer)


def _asked(question: Question, writer: Writer) -> Asked:
    return Asked(
        writer=writer.url,
        model=writer.model,
        temperature=writer.temperature,
        seed=writer.seed,
        messages=tuple(question.messages()),
        response_format=response_format(),
    )


def _answered(asker: Asker, asked: Asked) -> tuple[KeptAnswer, Heard]:
    """Ask; what comes is read before it is kept.

    Raises:
        NoAnswerError: it is in no form.
        WriterError: nothing comes.
    """
    completion = asker.complete([*asked.messages], asked.response_format)
    content = _content(completion)
    answer = heard(content)
    usage = completion.usage
    kept = KeptAnswer(
        asked=asked,
        content=content,
        model=completion.model,
        system_fingerprint=completion.system_fingerprint,
        prompt_tokens=usage.prompt_tokens if usage else None,
        completion_tokens=usage.completion_tokens if usage else None,
    )
    return kept, answer


def _content(completion: Completion) -> str:
    choice = completion.choices[0]
    if choice.message.refusal:
        raise NoAnswerError(f"the model refuses: {choice.message.refusal[:200]}")
    if choice.finish_reason == "length":
        raise NoAnswerError("it was cut off at the server's limit of its length")
    if choice.finish_reason == "content_filter":
        raise NoAnswerError("the server's filter holds it back")
    return choice.message.content or ""


def _no_writer(writer: Writer, words: str) -> WriterError:
    return WriterError(
        f"the writer at {writer.url} answers what are no proposals: {words}",
        "a model that answers in JSON as it is told (structured output) is needed; nothing was written, and "
        "without --writer the import needs none",
    )
