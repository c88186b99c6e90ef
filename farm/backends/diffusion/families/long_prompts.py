"""Prompts longer than CLIP's 77 tokens: in parts of whole sentences, encoded one by one, side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from farm.backends.diffusion.prompt import Prompt

if TYPE_CHECKING:
    import torch

_SENTENCE = re.compile(r"(?<=\.) ")


def encode_long(pipe: Any, prompt: Prompt) -> tuple[torch.Tensor, torch.Tensor]:
    """What CLIP gives for the prompt and the negative one, equally long: [1, 77 times parts, width].

    A prompt that fits into 77 tokens is encoded as the pipeline does it.
    """
    import torch

    encoded = [
        pipe.encode_prompt(part, pipe._execution_device, 1, True, negative_prompt=prompt.negative)  # noqa: SLF001, FBT003
        for part in prompt_parts(pipe, prompt)
    ]
    return torch.cat([words for words, _ in encoded], 1), torch.cat([negative for _, negative in encoded], 1)


def prompt_parts(pipe: Any, prompt: Prompt) -> list[str]:
    """The prompt in parts that the tokenizer of a pipeline reads whole."""
    most = pipe.tokenizer.model_max_length - 2
    return in_parts(prompt.text, most, lambda text: len(pipe.tokenizer.tokenize(text)))


def in_parts(text: str, most: int, count: Any) -> list[str]:
    """Sentences together, as many as fit into `most` tokens; a longer sentence stands alone."""
    parts: list[str] = []
    for sentence in _SENTENCE.split(text):
        joined = f"{parts[-1]} {sentence}" if parts else sentence
        if parts and count(joined) <= most:
            parts[-1] = joined
        else:
            parts.append(sentence)
    return parts
