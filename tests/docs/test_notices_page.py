"""The page on notices: its documents are read, its commands exist, its receiver tells ours from others."""

from __future__ import annotations

import re
import shlex
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from pipeline.notices.channels import load_channels
from pipeline.notices.deliver import TRY_S
from pipeline.notices.signing import LEAST_SECRET, NOTICE, REPLAY_S, SIGNATURE, TIMESTAMP, signature
from pipeline.settings import Settings, load_settings
from storyboard.schema.notices import Notices, Occasion
from tests.support import ROOT
from tests.support.doc_blocks import files_shown
from tests.support.pipeline.slate_films import Shotfarm

PAGE = (ROOT / "docs" / "notices.md").read_text("utf-8")
BLOCKS = dict(files_shown(PAGE))
(RECEIVER,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SECRET = "at-least-16-characters"  # noqa: S105


def test_what_a_film_says_is_of_the_schema():
    read = TypeAdapter(Notices).validate_python(yaml.safe_load(BLOCKS["film.yaml"])["notices"])
    assert {*read} == {"producer", "team"}


def test_the_channels_of_the_page_can_be_set_up(tmp_path):
    (tmp_path / "channels.yaml").touch(0o600)
    (tmp_path / "channels.yaml").write_text(BLOCKS["channels.yaml"])
    assert {*load_channels(load_settings(home=tmp_path))} == {"producer", "team", "ledger"}


def test_the_page_names_every_occasion_setting_and_header():
    names = [name for name in Settings.model_fields if name.startswith(("channel", "notice"))]
    for word in (*Occasion, TIMESTAMP, SIGNATURE, NOTICE, *(f"SHOTFARM_{name.upper()}" for name in names)):
        assert f"`{word}`" in PAGE, word
    assert f"{LEAST_SECRET}-characters" in PAGE
    assert f"A try may take {TRY_S:.0f} s" in PAGE
    assert f"more than {REPLAY_S} s ago" in PAGE


def test_the_commands_of_the_page_are_there(tmp_path):
    command = Shotfarm(tmp_path)
    for words in re.findall(r"^\$ shotfarm (.*)$", PAGE, re.MULTILINE):
        assert command.here(*shlex.split(words)[:2], "--help").returncode == 0, words


@pytest.fixture
def is_ours() -> Any:
    made: dict[str, Any] = {}
    exec(compile(RECEIVER, "docs/notices.md", "exec"), made)  # noqa: S102  (our own page)
    return made["is_ours"]


def signed(
    secret: str = SECRET, at: float | None = None, body: bytes = b"{}", name: str = "n1"
) -> dict[str, str]:
    stamp = int(time.time() if at is None else at)
    return {TIMESTAMP: str(stamp), SIGNATURE: signature(secret, stamp, body), NOTICE: name}


def test_the_receiver_of_the_page_takes_ours_once(is_ours):
    taken: dict[str, float] = {}
    assert is_ours(SECRET, signed(), b"{}", taken)
    assert not is_ours(SECRET, signed(), b"{}", taken), "it was taken already"
    assert is_ours(SECRET, signed(name="n2"), b"{}", taken)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (signed("another-secret-of-16"), b"{}"),
        (signed(), b"{ }"),
        (signed(at=time.time() - 10_000), b"{}"),
        (signed(at=time.time() + 10_000), b"{}"),
        ({**signed(at=time.time() - 10_000), TIMESTAMP: str(int(time.time()))}, b"{}"),
        ({**signed(), SIGNATURE: "sha256="}, b"{}"),
    ],
)
def test_the_receiver_of_the_page_refuses_what_is_not_ours_or_old(is_ours, headers, body):
    assert not is_ours(SECRET, headers, body, {})


def test_the_page_is_where_the_messages_say(tmp_path):
    assert Path(ROOT / "docs" / "notices.md").exists()
    assert "docs/notices.md" in Shotfarm(tmp_path).here("notices", "list").stdout
