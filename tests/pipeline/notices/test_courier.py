"""The process that delivers: receivers that refuse, hang and come back; and one that is killed itself."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.notices.courier import PROGRAM, due, wake
from pipeline.notices.herald import heralded, tell
from pipeline.notices.notice import About, killed
from pipeline.notices.outbox import Fate, Letter, Outbox
from pipeline.settings import Settings, load_settings
from storyboard.errors import FarmError, Interrupted
from storyboard.schema.notices import Occasion
from tests.support.pipeline.receivers import couriers, end_couriers, http_receiver
from tests.support.pipeline.slate_films import Shotfarm, assert_clear
from tests.support.waiting import until

SECRET = "a-secret-of-receivers"  # noqa: S105
LAMP = About("The Lamp", Path("film.yaml"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home whose notices are tried again soon."""
    monkeypatch.setenv("SHOTFARM_HOME", str(tmp_path))
    monkeypatch.setenv("SHOTFARM_NOTICE_WAIT_S", "0.05")
    yield tmp_path
    end_couriers(tmp_path)


@pytest.fixture
def settings(home: Path) -> Settings:
    return load_settings()


def channels(home: Path, **urls: str) -> None:
    """Webhooks of these names."""
    path = home / "channels.yaml"
    known = {name: {"webhook": url, "secret": SECRET} for name, url in urls.items()}
    path.touch(0o600)
    path.write_text(json.dumps({"channels": known}))


def telling(settings: Settings, *names: str) -> None:
    """A production has failed, and these channels hear of it."""
    tell(settings, [*names], killed(LAMP))


def the_courier(home: Path) -> list[psutil.Process]:
    """The one process that delivers; another that was started beside it is about to end."""
    found = couriers(home)
    return found if len(found) == 1 else []


def fates(settings: Settings) -> dict[str, str]:
    return {one.channel: one.fate for one in Outbox(settings).letters().values()}


def test_a_receiver_that_fails_and_recovers_gets_the_same_notice_and_the_process_ends(home, settings):
    with http_receiver(500, "break off", 503, 200) as receiver:
        channels(home, ledger=receiver.url)
        telling(settings, "ledger")
        until(lambda: fates(settings) == {"ledger": Fate.DELIVERED}, "it is delivered")
        until(lambda: not couriers(home), "the process ends")
        (letter,) = Outbox(settings).letters().values()
        until(lambda: len(receiver.got) == letter.tries, "each try has come")
    assert letter.tries >= 4, "more where an answer was late"
    assert len(receiver.notices()) == 1
    assert (home / "notices" / "courier.log").read_text() == ""


def test_one_that_hangs_holds_up_no_other_and_a_killed_process_is_continued(home, settings):
    with http_receiver("hang") as slow, http_receiver() as quick:
        channels(home, slow=slow.url, quick=quick.url)
        telling(settings, "slow", "quick")
        telling(settings, "quick")
        until(lambda: len(quick.notices()) == 2 and slow.got, "the quick one has both")
        until(lambda: [*map(str, fates(settings).values())].count("delivered") == 1, "that is noted")
        (process,) = until(lambda: the_courier(home), "one delivers")
        process.send_signal(signal.SIGKILL)
        process.wait()
        delivered, slow.answers = len(quick.got), [200]
        wake(settings)
        until(lambda: fates(settings)["slow"] == Fate.DELIVERED, "the slow one has it")
        assert len(slow.got) >= 2
        assert len(slow.notices()) == 1
        assert len(quick.got) == delivered, "what was delivered is not delivered again"


def test_what_is_refused_for_long_is_given_up_told_and_tried_again_when_asked(home, settings, monkeypatch):
    monkeypatch.setenv("SHOTFARM_NOTICE_PATIENCE_S", "0.2")
    command = Shotfarm(home, {"SHOTFARM_NOTICE_WAIT_S": "0.05"})
    with http_receiver(500) as receiver:
        channels(home, ledger=receiver.url)
        telling(settings, "ledger")
        until(lambda: fates(settings) == {"ledger": Fate.GIVEN_UP}, "it is given up")
        until(lambda: not couriers(home), "the process ends")
        listed = command.here("notices", "list")
        assert "given up: the receiver answered 500" in listed.stdout
        assert "The Lamp: failed" in listed.stdout
        status = command.here("farm", "status")
        assert "1 notice to ledger given up: the receiver answered 500" in status.stdout
        told = json.loads(command.here("notices", "list", "--json").stdout)
        assert told["channels"] == {"ledger": "webhook"}
        assert [one["state"] for one in told["notices"]] == ["given up"]
        assert json.loads(command.here("farm", "status", "--json").stdout)["notices"] == told["troubles"]
        for said in (listed.stdout, json.dumps(told), status.stdout):
            assert SECRET not in said
            assert "secret-path" not in said
        receiver.answers = [200]
        assert command.here("notices", "retry", "other").stdout == "Nothing was given up.\n"
        assert command.here("notices", "retry").stdout == "1 to be tried again.\n"
        until(lambda: fates(settings) == {"ledger": Fate.DELIVERED}, "it is delivered")


def test_a_notice_waits_for_its_channel_to_be_set_up(home, settings):
    telling(settings, "ledger")
    until(lambda: any(one.why for one in Outbox(settings).letters().values()), "it is tried")
    (letter,) = Outbox(settings).letters().values()
    assert letter.why == "no channel is called so on this machine"
    with http_receiver() as receiver:
        channels(home, ledger=receiver.url)
        until(lambda: fates(settings) == {"ledger": Fate.DELIVERED}, "it is delivered")


def test_however_often_it_is_started_one_delivers(home, settings):
    with http_receiver("hang") as receiver:
        channels(home, ledger=receiver.url)
        telling(settings, "ledger")
        until(lambda: receiver.got, "one is at it")
        (first,) = until(lambda: the_courier(home), "that is one alone")
        assert subprocess.run([sys.executable, "-m", PROGRAM], check=False).returncode == 0, "it ends at once"
        assert couriers(home) == [first]

        def tries() -> int:
            (letter,) = Outbox(settings).letters().values()
            return letter.tries

        until(lambda: len(receiver.got) == tries() + 1, "it came as often as this one tried")


def test_of_each_channel_the_longest_waiting_letter_is_due_when_its_wait_is_over():
    def letter(
        channel: str, queued: float, tries: int = 0, last: float = 0, fate: Fate = Fate.WAITS
    ) -> Letter:
        return Letter(channel, killed(LAMP), queued, tries, last, fate=fate)

    settings = Settings(notice_wait_s=10, notice_patience_s=100)
    first, second = letter("a", 1), letter("a", 2)
    assert due([first, second, letter("b", 3)], {"b"}, settings, 5) == [first]
    assert due([letter("a", 0, tries=1, last=4)], set(), settings, 13) == []
    tried = letter("a", 0, tries=1, last=4)
    assert due([tried], set(), settings, 14) == [tried]
    assert due([tried, second], set(), settings, 5) == [second], "one that waits holds up no newer one"
    assert (
        due([letter("a", 0, fate=fate) for fate in (Fate.DELIVERED, Fate.GIVEN_UP)], set(), settings, 5) == []
    )
    ended = letter("a", 0, tries=9, last=200)
    assert due([ended], set(), settings, 300) == [ended], "its last try was not noted; it is made again"


NOTICES = {"ledger": (Occasion.FAILED, Occasion.FINISHED)}


def test_a_run_that_fails_says_so_and_one_that_somebody_stops_does_not(home, settings):
    channels(home, ledger="http://127.0.0.1:9/")
    for error in (KeyboardInterrupt(), Interrupted("by you")):
        with pytest.raises(type(error)), heralded(settings, NOTICES, LAMP):
            raise error
    assert fates(settings) == {}
    with contextlib.suppress(FarmError), heralded(settings, NOTICES, LAMP) as herald:
        herald.links_to("Prefect run", "http://127.0.0.1/runs")
        raise FarmError("the head is gone")
    (letter,) = Outbox(settings).letters().values()
    assert letter.notice.text == "the head is gone\nPrefect run: http://127.0.0.1/runs"
    assert not [*(home / "notices" / "living").iterdir()]


def test_a_run_that_somebody_stops_while_it_begins_was_not_killed(home, settings, monkeypatch):
    def stopped(_: Settings) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.notices.herald.wake", stopped)
    with pytest.raises(KeyboardInterrupt), heralded(settings, NOTICES, LAMP):
        pass
    assert not Outbox(settings).watches()


def test_a_film_without_notices_starts_and_writes_nothing(home, settings):
    with heralded(settings, {}, LAMP):
        pass
    with pytest.raises(FarmError), heralded(settings, {"a": (Occasion.LATE,)}, LAMP):
        raise FarmError("gone")
    assert [*home.iterdir()] == []


def test_an_outbox_that_cannot_be_written_is_logged_and_harms_no_run(tmp_path, caplog):
    (tmp_path / "notices").write_text("in the way")
    with heralded(load_settings(home=tmp_path), NOTICES, LAMP) as herald:
        herald.tell(killed(LAMP))
    assert "nobody could be told that The Lamp: failed: " in caplog.text
    assert "should this run be killed, nobody will be told" in caplog.text


RUN = """
import sys, time; from pathlib import Path
from pipeline.notices.herald import heralded; from pipeline.notices.notice import About
from pipeline.settings import load_settings
from storyboard.schema.notices import Occasion
with heralded(load_settings(), {"ledger": (Occasion.FAILED,)}, About("Killed", Path("f.yaml"))):
    print("runs", flush=True); time.sleep(3600)
"""


def test_a_run_that_is_killed_is_told_of(home, settings):
    with http_receiver() as receiver:
        channels(home, ledger=receiver.url)
        run = subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True)
        assert run.stdout
        assert run.stdout.readline() == "runs\n"
        until(lambda: couriers(home), "somebody watches")
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        until(lambda: receiver.got, "it is told")
        until(lambda: not couriers(home), "nobody watches any more")
    told = json.loads(receiver.got[0][1])
    assert told["subject"] == "Killed: failed"
    assert "Its run was killed" in told["text"]


def test_a_trial_is_sent_at_once_and_says_whether_it_arrived(home):
    command = Shotfarm(home)
    with http_receiver(200, 500) as receiver:
        channels(home, ledger=receiver.url)
        done = command.here("notices", "test", "ledger")
        assert (done.returncode, done.stdout) == (0, "ledger: delivered\n")
        assert json.loads(receiver.got[0][1])["subject"] == "shotfarm: a trial of the channel ledger"
        done = command.here("notices", "test", "ledger", "--json")
        assert done.returncode == 1
        assert json.loads(done.stdout) == {
            "channel": "ledger",
            "delivered": False,
            "why": "the receiver answered 500",
        }
    assert_clear(command.here("notices", "test", "leger"), 2, "no channel is called 'leger'", "ledger")
    (home / "channels.yaml").chmod(0o644)
    assert_clear(
        command.here("notices", "test", "ledger"), 2, "can be read or written by others", "chmod 600"
    )
