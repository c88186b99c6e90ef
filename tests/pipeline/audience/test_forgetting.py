"""Forgotten viewers leave nothing of theirs, and take nothing that is anybody else's."""

from __future__ import annotations

import json

import httpx
import pytest

from pipeline.audience.deciding.admission import Limits
from pipeline.audience.forgetting import forget_viewer
from pipeline.housekeeping.store import look_at_store
from storyboard.errors import StoreError, UsageError
from tests.support.files import files_below
from tests.support.pipeline.audience_films import ASKING, shown
from tests.support.pipeline.slate_films import Shotfarm, bytes_of, takes_in
from tests.support.waiting import PATIENCE_S, until

DRAFT = {"draft": {"backend": "slate", "options": {"delay_s": 0.00001}}}
OWN = {**ASKING, "stand_ins": ["draft"], "renderers": DRAFT}
OWN = json.loads(json.dumps(OWN))
OWN["scenes"][1]["shots"][0]["titles"] = [{"text": "{{ who }}", "at": 12, "duration": 24}]
OWN["scenes"][1]["shots"][0]["lines"] = [{"character": "door", "text": "Enter, {{ who }}.", "at": 2}]
OWN["characters"] = {"door": {"name": "The door", "voice": {"name": "en-gb"}}}


def watches(found, name, end):
    """Somebody watches the film to its end, and goes; the id of their session, and its token."""
    with found.client as keeper:
        token = keeper.post("/api/sessions").json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=found.base, headers=headers, timeout=PATIENCE_S) as client:
        made = client.post("/api/screenings", json={}).json()
        state = lambda: client.get(f"/api/screenings/{made['key']}").json()  # noqa: E731
        for number, answer in enumerate((name, end)):
            until(lambda: state()["question"], "it asks")
            said = {"number": number, "answer": answer}
            assert client.post(f"/api/screenings/{made['key']}/answers", json=said).status_code == 200
        ended = lambda: "#EXT-X-ENDLIST" in client.get(made["sound"]).text  # noqa: E731
        until(lambda: state()["whole"] and ended(), "all of it is given")
    return token.partition(".")[0], token


def everything(folder):
    """What a project folder holds, in one piece."""
    return b"".join(map(bytes_of, files_below(folder)))


def held(found):
    """What its store holds."""
    return {(one.kind, one.digest) for one in found.production.store.contents()}


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """A film that Xanthippe, Bohumil and another Bohumil have watched, and what it held before."""
    with shown(tmp_path_factory.mktemp("forgetting") / "film", OWN, limits=Limits(9)) as found:
        found.publish()
        for name in ("Xanthippe", "Bohumil"):
            found.publish("2A", who=name)
        found.publish("2A", renderer="draft", who="Xanthippe")
        people = [watches(found, name, "right") for name in ("Xanthippe", "Bohumil", "Bohumil")]
        ways = found.house.projector.way_sounds
        ways._pool.submit(int).result(PATIENCE_S)  # it is asked last: all that were wanted are there
        yield found, people


def test_what_only_a_viewer_caused_goes_and_all_else_stays(watched):
    found, [(hers, token), (his, _), (other, _)] = watched
    before = held(found)
    takes = takes_in(found.folder)
    assert b"Xanthippe" in everything(found.folder)
    with pytest.raises(UsageError, match="no viewer"):
        forget_viewer(found.folder, found.settings, "0" * 20, "somebody")
    (gone,) = forget_viewer(found.folder, found.settings, hers, "somebody")
    needed = look_at_store([found.folder], found.settings).known.needed
    bohumils = [("takes", take) for take in found.digests("2A", who="Bohumil")]
    assert bohumils, "there is one"
    assert needed.issuperset(bohumils), "nor does `store prune` take it"
    kinds = {one.kind for one in gone.removed}
    assert {"takes", "sounds", "encoded-sounds"} <= kinds
    assert b"Xanthippe" not in everything(found.folder)
    assert takes_in(found.folder).keys() == takes.keys() - {
        one.digest for one in gone.removed if one.kind == "takes"
    }
    drafts = found.digests("2A", renderer="draft", who="Xanthippe")
    hers_alone = {*found.digests("2A", who="Xanthippe"), *drafts}
    assert {one.digest for one in gone.removed if one.kind == "takes"} == hers_alone
    page = httpx.get(f"{found.base}/?token={token}", timeout=PATIENCE_S)
    assert (page.status_code, "was deleted" in page.text) == (410, True)
    (none,) = forget_viewer(found.folder, found.settings, his, "somebody")
    assert none.removed == (), "the other Bohumil needs all of it"
    (last,) = forget_viewer(found.folder, found.settings, other, "somebody")
    assert sum(one.kind == "takes" for one in last.removed) == 1
    assert held(found) == before - {
        (one.kind, one.digest) for all_ in (gone, none, last) for one in all_.removed
    }
    assert b"Bohumil" not in everything(found.folder)


def test_the_commands_tell_of_viewers_and_forget_them(tmp_path):
    with shown(tmp_path / "film", OWN, limits=Limits(9)) as found:
        log = found.sessions
        first, _ = log.begin("film.yaml")
        second, _ = log.begin("film.yaml", after=first.id)
        log.answer(first.id, 0, "door", "Zoë [bold]", {"who": "Zoë"})
    command = Shotfarm(tmp_path / "home", {"SHOTFARM_BACKEND": "slate"})
    told = command.json("viewers", "list", found.folder)
    assert [(one["id"], one["state"], one["answers"]) for one in told] == [
        (first.id, "watching", 1),
        (second.id, "watching", 0),
    ]
    assert "Zoë" not in json.dumps(told, ensure_ascii=False), "what they gave is nothing for a list"
    shown_ = command.json("viewers", "show", first.id, found.folder)
    assert [one["answer"] for one in shown_["decisions"]] == ["Zoë [bold]"]
    assert "door: Zoë [bold]" in command("viewers", "show", first.id, found.folder).stdout
    assert first.id in command("viewers", "list", found.folder).stdout
    gone = command.json("viewers", "forget", second.id, found.folder)
    assert gone["forgotten"] == sorted([first.id, second.id]), "what began in the same browser goes too"
    assert {one["state"] for one in command.json("viewers", "list", found.folder)} == {"forgotten"}
    assert "forgotten" in command("viewers", "show", first.id, found.folder).stdout
    assert command("viewers", "show", "0" * 20, found.folder).returncode == 2
    assert command("viewers", "forget", "0" * 20, found.folder).returncode == 2


def test_what_is_still_made_for_a_viewer_is_waited_for_and_said(tmp_path):
    with shown(tmp_path / "film", OWN, limits=Limits(9)) as found:
        found.publish("2A", who="Ana")
        (take,) = takes_in(found.folder)
        log, store = found.sessions, found.production.store
        session, _ = log.begin("film.yaml")
        log.answer(session.id, 0, "door", "Ana", {"who": "Ana"})
        with store.leases.running(f"session {session.id}", {take}, lambda: None):
            with pytest.raises(StoreError, match="still being made"):
                forget_viewer(found.folder, found.settings, session.id, "somebody", patience_s=0.0)
            assert log.find(session.id).is_forgotten, "nobody sees it any more all the same"
        (gone,) = forget_viewer(found.folder, found.settings, session.id, "somebody")
        assert take in {one.digest for one in gone.removed}
        assert not takes_in(found.folder)
