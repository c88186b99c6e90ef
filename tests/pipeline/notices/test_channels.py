"""Channels are read from where nobody else can read them, and no error repeats what stands there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipeline.notices.channels import AppriseChannel, WebhookChannel, load_channels
from pipeline.settings import load_settings
from storyboard.errors import UsageError

SECRET = "hunter2-hunter2-hunter2"  # noqa: S105
GOOD = f"""
channels:
  producer: {{apprise: "mailtos://me:{SECRET}@mail.example.com"}}
  ledger:
    webhook: https://ledger.example.com/{SECRET}
    secret: {SECRET}
"""


def written(home: Path, text: str, mode: int = 0o600) -> Path:
    path = home / "channels.yaml"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_file_has_channels_of_both_kinds_and_shows_none_of_what_it_holds(tmp_path):
    written(tmp_path, GOOD)
    found = load_channels(load_settings(home=tmp_path))
    assert {name: type(one) for name, one in found.items()} == {
        "producer": AppriseChannel,
        "ledger": WebhookChannel,
    }
    assert SECRET not in repr(found) + str([*found.values()])


def test_without_a_file_there_is_none(tmp_path):
    assert load_channels(load_settings(home=tmp_path)) == {}


def test_a_channel_of_the_environment_comes_before_the_files(tmp_path, monkeypatch):
    written(tmp_path, GOOD)
    own = {"channels": {"producer": {"webhook": "http://127.0.0.1/", "secret": SECRET}}}
    monkeypatch.setenv("SHOTFARM_CHANNELS", json.dumps(own))
    settings = load_settings(home=tmp_path)
    found = load_channels(settings)
    assert isinstance(found["producer"], WebhookChannel)
    assert isinstance(found["ledger"], WebhookChannel)
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_read_or_write_is_refused_with_what_mends_it(tmp_path, mode):
    path = written(tmp_path, GOOD, mode)
    with pytest.raises(UsageError, match="can be read or written by others") as caught:
        load_channels(load_settings(home=tmp_path))
    assert caught.value.hint == f"chmod 600 {path}"


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser gives files away")
def test_a_file_of_somebody_else_is_refused(tmp_path, monkeypatch):
    os.chown(written(tmp_path, GOOD), 65534, 65534)
    with pytest.raises(UsageError, match="belongs to somebody else"):
        load_channels(load_settings(home=tmp_path))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"channels: {{a: [{SECRET}", "line 1 is no YAML"),
        (f"channels:\n  a: b\n  \t{SECRET}: x\n", "line 3 is no YAML"),
        (SECRET, "channels.yaml: it "),
        (f"{SECRET}: 1", "channels.yaml: channels is missing"),
        (f"channels: {SECRET}", "channels Input should be a valid dictionary"),
        (f"channels: {{a: {SECRET}}}", "channels.… Input should be a valid dictionary"),
        (f"channels: {{'a {SECRET}': {{apprise: x}}}}", "a channel is called what is no name"),
        (f"channels: {{a: {{adress: {SECRET}}}}}", "channels.a has apprise:, or webhook: and secret:"),
        (f"channels: {{a: {{apprise: x, {SECRET}: y}}}}", "channels.a.… is not known here"),
        (f"channels: {{a: {{apprise: [{SECRET}]}}}}", "channels.a.apprise Input should be a valid string"),
        ("channels: {a: {apprise: ' '}}", "channels.a.apprise is empty"),
        (f"channels: {{a: {{webhook: 'https://{SECRET}'}}}}", "channels.a.secret is missing"),
        (f"channels: {{a: {{webhook: 'ftp://{SECRET}', secret: {SECRET}}}}}", "no address that begins with"),
        ("channels: {a: {webhook: 'https://x', secret: hunter2-}}", "shorter than 16 characters"),
    ],
)
def test_what_is_wrong_is_named_and_never_shown(tmp_path, text, words):
    written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_channels(load_settings(home=tmp_path))
    assert words in caught.value.message
    assert "hunter2" not in caught.value.in_words
    assert caught.value.__cause__ is None


def test_a_file_that_is_no_text_is_refused(tmp_path):
    written(tmp_path, "").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="UnicodeDecodeError"):
        load_channels(load_settings(home=tmp_path))
