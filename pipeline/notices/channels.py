"""Where notices go: channels by name, with addresses and secrets that are in no document of a film.

    channels:
      producer: {apprise: "mailtos://user:password@mail.example.com?to=producer@example.com"}
      ledger: {webhook: "https://ledger.example.com/hook", secret: "..."}

They stand in a file that its owner alone can read, or in `SHOTFARM_CHANNELS` in the same form. No error
here repeats a value: what stands in such a file may be a password in the wrong place.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

from pipeline.notices.signing import LEAST_SECRET
from pipeline.settings import Settings
from storyboard.errors import UsageError
from storyboard.schema.base import Id

MOST_BYTES = 100_000


def _filled(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("is empty")
    return value


def _http(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is no address that begins with https:// or http://")
    return value


def _long(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < LEAST_SECRET:
        raise ValueError(f"is shorter than {LEAST_SECRET} characters")
    return value


class _Channel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class AppriseChannel(_Channel):
    """Mail, a chat or whatever else Apprise can reach.

    Attributes:
        apprise: the address, as https://appriseit.com has it.
    """

    apprise: Annotated[SecretStr, AfterValidator(_filled)]


class WebhookChannel(_Channel):
    """A server that gets signed JSON.

    Attributes:
        webhook: its address.
        secret: that its messages are signed with.
    """

    webhook: Annotated[SecretStr, AfterValidator(_http)]
    secret: Annotated[SecretStr, AfterValidator(_long)]


Channel = AppriseChannel | WebhookChannel


class _Document(_Channel):
    channels: dict[str, Annotated[dict[str, object], Field(min_length=1)]]


_KINDS: dict[str, type[Channel]] = {"apprise": AppriseChannel, "webhook": WebhookChannel}
_DOCUMENT, _NAME = TypeAdapter(_Document), TypeAdapter(Id)


def channels_path(settings: Settings) -> Path:
    """The file that they stand in."""
    return settings.channels_file or settings.home / "channels.yaml"


def load_channels(settings: Settings) -> Mapping[str, Channel]:
    """The channels of this machine and this person, by name; those of the environment before the file's.

    Raises:
        UsageError: the file can be read by others, or is not of their form.
    """
    found: dict[str, Channel] = {}
    if (text := _private_text(channels_path(settings))) is not None:
        found |= _parsed(text, str(channels_path(settings)))
    if settings.channels is not None:
        found |= _parsed(settings.channels.get_secret_value(), "SHOTFARM_CHANNELS")
    return found


def _private_text(path: Path) -> str | None:
    """What a file says that nobody else can read; None where there is none.

    Raises:
        UsageError: others can read or write it, or it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            about = os.fstat(stream.fileno())
            if about.st_uid not in {os.geteuid(), 0}:
                raise UsageError(f"{path} belongs to somebody else", "channels stand in a file of your own")
            if stat.S_IMODE(about.st_mode) & 0o077:
                raise UsageError(
                    f"{path} can be read or written by others, and holds addresses and secrets",
                    f"chmod 600 {path}",
                )
            return stream.read(MOST_BYTES).decode()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise UsageError(f"the channels in {path} cannot be read: {type(error).__name__}") from None


def _parsed(text: str, place: str) -> dict[str, Channel]:
    """Channels by name.

    Raises:
        UsageError: names the place, never what stands there.
    """
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise UsageError(f"{place}{line} is no YAML", "docs/notices.md shows its form") from None
    try:
        document = _DOCUMENT.validate_python(read)
    except ValidationError as error:
        raise _refused(place, (), error) from None
    found: dict[str, Channel] = {}
    for name, fields in document.channels.items():
        _refuse_name(place, name)
        kinds = [kind for key, kind in _KINDS.items() if key in fields]
        if len(kinds) != 1:
            raise UsageError(f"{place}: channels.{name} has apprise:, or webhook: and secret:")
        try:
            found[name] = kinds[0].model_validate(fields)
        except ValidationError as error:
            raise _refused(place, ("channels", name), error) from None
    return found


def _refuse_name(place: str, name: str) -> None:
    """Refuse what no film could name; it may be a value that was written in the wrong place."""
    try:
        _NAME.validate_python(name)
    except ValidationError:
        raise UsageError(
            f"{place}: a channel is called what is no name", "its name has letters, digits, - and _"
        ) from None


def _refused(place: str, before: tuple[str, ...], error: ValidationError) -> UsageError:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    known = {"channels", "apprise", "webhook", "secret", *before}
    # A key that is unknown may be a value that was written in the wrong place.
    where = ".".join(str(part) if part in known else "…" for part in (*before, *first["loc"]))
    what = first["msg"].removeprefix("Value error, ")
    words = {
        "extra_forbidden": "is not known here",
        "missing": "is missing",
    }
    return UsageError(
        f"{place}: {where or 'it'} {words.get(first['type'], what)}", "docs/notices.md shows the form"
    )
