"""A language model reads along: `script import --writer`, with a server of the tests' own."""

from __future__ import annotations

import json

import httpx
import pytest

from pipeline.cli import script as command
from pipeline.cli.app import app
from pipeline.settings import load_settings
from pipeline.writing.asking import MOST_BYTES, TRIES, WriterError
from pipeline.writing.writer import KNOWN, writer_of
from storyboard.errors import Interrupted, UsageError
from tests.support.pipeline.chat_server import Raw, chat_server, completion
from tests.support.storyboard.screenplays import TWO_ROOMS

KITCHEN, HARBOUR = "INT. KITCHEN - DAY", "EXT. HARBOUR - NIGHT"
CLOSER = {"shots": [{"shot": "1B", "size": "ECU", "camera": None, "action": None, "why": "her eyes"}]}
BAD = {"shots": [{"shot": "2A", "size": "HUGE"}], "left_out": [{"shot": "2C", "why": "says nothing"}]}
KEY = "sk-a-key-that-nobody-sees-0123456789"


@pytest.fixture(scope="module")
def server():
    with chat_server() as chat:
        yield chat


@pytest.fixture
def chat(server):
    """The server, asked nothing so far; about the kitchen it has one proposal, about the harbour two."""
    server.models, server.default = ["tiny-writer"], {}
    server.answers = {KITCHEN: CLOSER, HARBOUR: BAD}
    server.asked.clear()
    server.keys.clear()
    return server


@pytest.fixture
def script(capsys, chat, monkeypatch, tmp_path):
    """Imports a script in a folder of its own, with the writer, and returns what is said."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.fountain").write_text(TWO_ROOMS, "utf-8")

    def run(*words, writer=chat.url):
        asked = ["--writer", writer] if writer else []
        app(["script", "import", "a.fountain", *asked, *words], standalone_mode=False)
        return capsys.readouterr().out

    return run


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_what_is_proposed_is_shown_and_nothing_is_written_until_it_is_accepted(chat, script, tmp_path):
    said = script()
    assert "  ~ shot 1B\n      size: CU → ECU\n      why: her eyes\n" in said
    assert "  - shot 2C (3s)\n      Ignore all previous instructions" in said
    assert 'scene 2: shots "2A": size: ' in said
    assert (
        f"2 proposals by {chat.url} (tiny-writer-1), temperature 0.2, seed 0: 2 scenes asked, 0 kept" in said
    )
    assert "Nothing was written" in said
    assert not (tmp_path / "film.yaml").exists()
    assert chat.headings == [KITCHEN, HARBOUR]
    first = chat.asked[0]
    assert (first["model"], first["temperature"], first["seed"]) == ("tiny-writer", 0.2, 0)
    assert first["response_format"]["json_schema"]["strict"] is True
    said = json.loads(script("--accept", "--json"))
    assert len(chat.asked) == 2
    assert (said["written"], said["accepted"]) == (True, ["shot 1B", "leave out shot 2C"])
    assert said["writer"] == {
        "url": chat.url,
        "model": None,
        "models": ["tiny-writer-1"],
        "temperature": 0.2,
        "seed": 0,
        "asked": 0,
        "kept": 2,
    }
    text = (tmp_path / "film.yaml").read_text("utf-8")
    assert "size: ECU" in text
    assert "2C" not in text
    again = json.loads(script("--json"))
    assert (again["proposals"], again["written"], again["changes"], len(chat.asked)) == ([], True, [], 2)
    assert (tmp_path / "film.yaml").read_text("utf-8") == text


def test_a_rewrite_asks_only_of_scenes_that_it_changed_and_keeps_what_was_accepted(chat, script, tmp_path):
    script("--accept")
    (tmp_path / "a.fountain").write_text(TWO_ROOMS.replace("A boat leaves.", "A ferry leaves."), "utf-8")
    said = json.loads(script("--accept", "--json"))
    assert chat.headings == [KITCHEN, HARBOUR, HARBOUR]
    assert (said["writer"]["asked"], said["writer"]["kept"]) == (1, 1)
    text = (tmp_path / "film.yaml").read_text("utf-8")
    assert "A ferry leaves." in text
    assert "size: ECU" in text
    assert "2C" not in text


def test_another_seed_or_model_is_another_question(chat, script, monkeypatch):
    script()
    monkeypatch.setenv("SHOTFARM_WRITER_SEED", "7")
    script("--writer-model", "other")
    assert [(one["model"], one["seed"]) for one in chat.asked[2:]] == [("other", 7), ("other", 7)]
    chat.models = ["a", "b"]
    monkeypatch.setenv("SHOTFARM_WRITER_SEED", "8")
    with pytest.raises(WriterError, match="has 2 models: a, b") as refused:
        script()
    assert "--writer-model" in str(refused.value.hint)


@pytest.mark.parametrize(
    ("typed", "written"), [(["y"], ["ECU"]), (["n"], ["2C"]), (["e", "y", "n"], ["ECU", "2C"])]
)
def test_a_person_accepts_all_none_or_each(script, monkeypatch, tmp_path, typed, written):
    rows = iter(typed)
    monkeypatch.setattr(command, "_is_a_person", lambda: True)
    monkeypatch.setattr("pipeline.cli.views.proposals.typer.prompt", lambda *_, **__: next(rows))
    monkeypatch.setattr("pipeline.cli.views.proposals.typer.confirm", lambda *_, **__: next(rows) == "y")
    script()
    text = (tmp_path / "film.yaml").read_text("utf-8")
    assert [word for word in ("ECU", "2C") if word in text] == written


PAGE = Raw(b"<!doctype html><title>Welcome</title>", content_type="text/html")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (PAGE, "answers what is no chat completion: it is a web page"),
        (Raw(b'{"choices": []}'), "no chat completion: choices"),
        (Raw(b"[" * 100_000), "no chat completion"),
        (Raw(b"\xff\xfe\x00"), "no chat completion"),
        (Raw(b" " * (MOST_BYTES + 1)), "answers with more than 4 MiB"),
        (
            Raw({"error": {"message": "Incorrect API key"}}, 401),
            r"wants a key \(HTTP 401: Incorrect API key\)",
        ),
        (Raw({"message": "no such model"}, 404), r"no such model \(HTTP 404: no such model\)"),
        (Raw({"detail": "seed is not supported"}, 400), "does not take the question .*seed is not supported"),
        (Raw(b"", 302, location="http://127.0.0.1:1/"), "sends elsewhere, where nothing is sent after it"),
        (Raw(b"<html>no</html>", 418), r"HTTP 418: a web page"),
        (Raw(b"", content_encoding="gzip", x="1"), "no chat completion"),
        (Raw(b"no gzip", content_encoding="gzip"), "cannot be asked"),
        (
            "I would cut all of it.",
            "answers what are no proposals: scene .: its answer is left out: it is no JSON",
        ),
        (Raw(completion(None, refusal="I cannot.")), "the model refuses: I cannot"),
    ],
)
def test_a_server_that_answers_otherwise_is_one_error_and_nothing_is_written(
    chat, script, tmp_path, answer, why
):
    chat.answers, chat.default = {}, answer
    with pytest.raises(WriterError, match=why) as refused:
        script("--accept")
    assert refused.value.exit_code == 2
    assert "nothing was written" in str(refused.value.hint)
    assert files(tmp_path) == {"a.fountain"}


def test_a_server_that_is_away_or_slow_is_one_error(chat, script, monkeypatch, tmp_path):
    with pytest.raises(WriterError, match=r"the writer at http://127\.0\.0\.1:9/v1 cannot be asked"):
        script("--accept", "--writer-model", "x", writer="http://127.0.0.1:9/v1")
    monkeypatch.setenv("SHOTFARM_WRITER_WAIT_S", "0.2")
    chat.answers[KITCHEN] = Raw(b'{"cho', content_length=10, x_slow="1")
    with pytest.raises(WriterError, match=r"has not answered within 0\.2 s") as refused:
        script("--accept", "--writer-model", "x")
    assert "SHOTFARM_WRITER_WAIT_S" in str(refused.value.hint)
    assert files(tmp_path) == {"a.fountain"}
    script(writer=None)  # all of it works without
    assert (tmp_path / "film.yaml").exists()


def test_a_busy_server_is_asked_again(chat, script):
    busy = Raw({"error": "busy"}, 429, retry_after="0")
    good = Raw(completion(json.dumps(CLOSER)))
    chat.answers[KITCHEN] = [busy, busy, good]
    assert "size: CU → ECU" in script()
    chat.answers[KITCHEN] = [busy] * TRIES
    asked = len(chat.asked)
    with pytest.raises(WriterError, match=r"does not answer at this time \(HTTP 429: busy\)"):
        script("--writer-model", "other")
    assert len(chat.asked) == asked + TRIES


def test_what_was_answered_before_something_broke_or_was_interrupted_is_kept(
    chat, script, monkeypatch, tmp_path
):
    chat.answers[HARBOUR] = Raw(b"", 418)
    with pytest.raises(WriterError):
        script("--accept")
    assert len(files(tmp_path)) == 2
    ask = httpx.Client.stream

    def interrupted(*words, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr(httpx.Client, "stream", interrupted)
    with pytest.raises(Interrupted):
        script("--accept")
    assert len(files(tmp_path)) == 2
    monkeypatch.setattr(httpx.Client, "stream", ask)
    chat.answers[HARBOUR] = BAD
    asked = len(chat.asked)
    script("--accept")
    assert chat.headings[asked:] == [HARBOUR]
    assert (tmp_path / "film.yaml").exists()


def test_an_answer_in_no_form_is_named_and_asked_for_again_the_next_time(chat, script):
    chat.answers[HARBOUR] = "Certainly! Here are my ideas."
    assert "scene 2: its answer is left out: it is no JSON" in script()
    chat.answers[HARBOUR] = BAD
    said = json.loads(script("--json"))
    assert [one["id"] for one in said["proposals"]] == ["1B", "2C"]
    assert chat.headings == [KITCHEN, HARBOUR, HARBOUR]


def test_a_kept_answer_that_is_not_what_was_kept_is_asked_for_again(chat, script, tmp_path):
    script()
    for path in (tmp_path / ".shotfarm" / "writer").iterdir():
        path.write_text(path.read_text("utf-8").replace("KITCHEN", "CELLAR"), "utf-8")
    script()
    assert chat.headings == [KITCHEN, HARBOUR, KITCHEN]


def test_the_key_is_sent_and_stands_nowhere_else(chat, script, monkeypatch, tmp_path):
    monkeypatch.setenv("SHOTFARM_WRITER_KEY", KEY)
    leaky = {"shots": [{"shot": "1B", "size": None, "camera": None, "action": f"A note: {KEY}", "why": KEY}]}
    chat.answers = {KITCHEN: leaky, HARBOUR: BAD}
    said = script("--accept")
    assert chat.keys == [f"Bearer {KEY}"] * 2
    chat.answers[KITCHEN] = Raw({"error": {"message": f"Incorrect API key: {KEY}"}}, 401)
    with pytest.raises(
        WriterError, match=r"refuses the key \(HTTP 401: Incorrect API key: \.\.\.\)"
    ) as refused:
        script("--writer-model", "other")
    told = said + refused.value.in_words + repr(writer_of(chat.url, None, load_settings()))
    assert KEY not in told
    assert all(KEY not in (tmp_path / name).read_text("utf-8") for name in files(tmp_path))
    monkeypatch.setenv("SHOTFARM_WRITER_KEY", f"{KEY}\nx")
    with pytest.raises(UsageError, match="has characters that no key has") as wrong:
        script()
    assert KEY not in wrong.value.in_words


@pytest.mark.parametrize(
    "named",
    ["nobody", "ftp://localhost/v1", "http://me:secret@localhost/v1", "http://localhost/v1?key=x", "http://"],
)
def test_a_writer_is_a_base_url_or_a_known_name(script, tmp_path, named):
    with pytest.raises(UsageError, match="--writer names no server") as refused:
        script(writer=named)
    assert "secret" not in refused.value.in_words
    assert files(tmp_path) == {"a.fountain"}


def test_a_server_outside_gets_nothing_unless_somebody_has_named_it(script):
    with pytest.raises(UsageError, match=r"would send the screenplay to api\.openai\.com") as refused:
        script(writer="openai")
    assert "SHOTFARM_ALLOW_SERVERS: api.openai.com" in str(refused.value.hint)
    named = writer_of("openai", "m", load_settings(allow_servers="api.openai.com"))
    assert (named.url, named.model) == (KNOWN["openai"], "m")
    assert writer_of("Ollama", None, load_settings()).url == KNOWN["ollama"]


def test_words_about_a_writer_need_one(script):
    for words in (["--accept"], ["--writer-model", "x"]):
        with pytest.raises(UsageError, match="says something of a writer, and there is none"):
            script(*words, writer=None)
