"""Which language model is asked, with what: named by a person, never by a document.

The key is in the environment alone (`SHOTFARM_WRITER_KEY`). It is sent as a header, and is in nothing that is
written down: no answer that is kept, no digest, no message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipeline.production.servers import may_ask
from pipeline.settings import Settings
from storyboard.errors import UsageError
from storyboard.wording import listed

KNOWN = {
    "llama.cpp": "http://localhost:8080/v1",
    "lmstudio": "http://localhost:1234/v1",
    "ollama": "http://localhost:11434/v1",
    "openai": "https://api.openai.com/v1",
    "vllm": "http://localhost:8000/v1",
}
"""by name, where servers answer in the form of OpenAI's chat completions unless told otherwise"""


@dataclass(frozen=True, slots=True)
class Writer:
    """A server with a language model.

    Attributes:
        url: its base, which ends before `/chat/completions`.
        model: the name of the model; None for the only one that the server has.
        temperature: how freely it chooses its words, 0 to 2.
        seed: of its choices.
        wait_s: how long one answer may take, in seconds.
        key: lets it know who asks; empty for a server that wants none.
    """

    url: str
    model: str | None
    temperature: float
    seed: int
    wait_s: float
    key: str = field(default="", repr=False)


def writer_of(named: str, model: str | None, settings: Settings) -> Writer:
    """The writer that a person names.

    Args:
        named: a base URL, or a name in `KNOWN`.
        model: wins over the setting's.
        settings: have the key and the rest.

    Raises:
        UsageError: it is none, or it is outside of this machine's network and not named in
            `SHOTFARM_ALLOW_SERVERS`, or the key cannot be one.
    """
    url = KNOWN.get(named.casefold(), named).rstrip("/")
    host = _host(url)
    if host is None:
        raise UsageError(
            "--writer names no server that can be asked",
            f"a base URL without a user, a key or a question in it, such as {KNOWN['vllm']}, or one of "
            f"{listed([*KNOWN])}",
        )
    if not may_ask(url, settings):
        raise UsageError(
            f"--writer would send the screenplay to {host}, outside of this machine and its network",
            f"if you trust it, name it in SHOTFARM_ALLOW_SERVERS: {host}",
        )
    key = settings.writer_key.get_secret_value().strip() if settings.writer_key else ""
    if not all("!" <= letter <= "~" for letter in key):
        raise UsageError(
            "SHOTFARM_WRITER_KEY has characters that no key has", "letters, digits and signs of ASCII"
        )
    return Writer(
        url,
        model or settings.writer_model,
        settings.writer_temperature,
        settings.writer_seed,
        settings.writer_wait_s,
        key,
    )


def _host(url: str) -> str | None:
    """The host, and port, of a URL that can be a base; None for another."""
    try:
        parts = urlsplit(url)
        is_base = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        return None
    plain = url.isascii() and url.isprintable() and not {*url} & {*' ?#@\\"<>'}
    return parts.netloc if is_base and plain else None
