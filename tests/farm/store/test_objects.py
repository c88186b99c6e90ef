"""The store on a real S3 server: whole or not at all, made once, through outages, refusals in words."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading

import pytest

from farm.host.settings import NodeSettings
from farm.store.manifest import MANIFEST
from farm.store.store import Store
from storyboard.errors import StoreError
from tests.support.s3_servers import ACCESS, BUCKET, can_strike, environment, s3_server

pytestmark = pytest.mark.slow
DIGEST = "ab" * 32
CLIP = bytes(range(256)) * 4096


@pytest.fixture
def store(through_proxy, tmp_path):
    node = NodeSettings(cache=tmp_path / "cache", store_patience_s=300)
    return Store(f"s3://{BUCKET}/{secrets.token_hex(4)}", node)


def publish(store: Store, content: bytes = CLIP, digest: str = DIGEST):
    with store.attempt("takes", digest) as attempt:
        attempt.path("clip.mp4").write_bytes(content)
        return attempt.publish({"frames": 48})


def objects(store: Store) -> list[str]:
    place = store._place
    return sorted(name.removeprefix(place.path + "/") for name in place.below(place.path))


def whole(store: Store, content: bytes = CLIP) -> None:
    """One take, with its bytes, and nothing beside it."""
    found = store.find("takes", DIGEST)
    assert found is not None
    assert store.file(found, "clip.mp4").read_bytes() == content
    assert objects(store) == sorted(
        [f"takes/ab/{DIGEST}/{MANIFEST}", f"takes/ab/{DIGEST}/{found.attempt}/clip.mp4"]
    )


def test_what_is_published_is_found_by_all_and_leaves_nothing_beside_it(store):
    assert store.find("takes", DIGEST) is None
    publish(store)
    whole(store)
    store.notes.keep_state(DIGEST, b"state")
    assert store.notes.kept_state(DIGEST) == b"state"
    store.notes.drop_state(DIGEST)
    assert store.notes.kept_state(DIGEST) is None


def test_finding_a_take_costs_a_request_for_its_manifest_and_one_for_each_file(store, proxy):
    publish(store)
    proxy.requests.clear()
    assert store.find("takes", DIGEST) is not None
    assert [verb for verb, _ in proxy.requests] == ["GET", "HEAD"]


@pytest.mark.parametrize("fault", ["refuse", "slow", "error", "cut download", "cut upload", "lost answer"])
def test_an_outage_is_waited_through_and_nothing_is_half_or_twice(store, proxy, fault):
    for method in (method for method in ("PUT", "GET", "HEAD") if can_strike(fault, method)):
        proxy.set(fault, times=2, method=method)
        publish(store)
        whole(store)
        assert proxy.struck == 2
    proxy.set("")
    assert len([name for name in objects(store) if name.endswith("clip.mp4")]) == 1


def test_an_outage_beyond_the_patience_is_one_clear_error(store, proxy, tmp_path):
    publish(store)
    impatient = Store(store.root, NodeSettings(cache=tmp_path / "other", store_patience_s=0.5))
    proxy.set("error")
    with pytest.raises(StoreError, match="does not answer as it should") as caught:
        impatient.find("takes", DIGEST)
    assert "run again" in caught.value.hint
    proxy.set("")
    whole(impatient)


def test_a_full_store_is_said_at_once_and_a_later_run_goes_on(store, proxy):
    proxy.set("full", method="PUT")
    with pytest.raises(StoreError, match="the store is full"):
        publish(store)
    assert proxy.struck == 1, "no outage: nothing is tried again"
    proxy.set("")
    publish(store)
    whole(store)


def test_of_two_farms_that_publish_at_once_one_stands_and_both_know_which(store, tmp_path):
    both = threading.Barrier(2)
    stands = []

    def farm(content: bytes) -> None:
        own = Store(store.root, NodeSettings(cache=tmp_path / "other"))
        with own.attempt("takes", DIGEST) as attempt:
            attempt.path("clip.mp4").write_bytes(content)
            both.wait()
            stands.append(attempt.publish({}))

    farms = [threading.Thread(target=farm, args=(letter * 4096,)) for letter in (b"a", b"b")]
    for each in farms:
        each.start()
    for each in farms:
        each.join()
    assert stands[0] == stands[1] == store.find("takes", DIGEST)
    whole(store, store.file(stands[0], "clip.mp4").read_bytes())


def test_a_take_whose_answer_was_lost_is_its_own_and_stays(store, proxy):
    with store.attempt("takes", DIGEST) as attempt:
        attempt.path("clip.mp4").write_bytes(CLIP)
        put = store._remote.create

        def lost(path, content):
            proxy.set("lost answer", times=1, method="PUT")
            return put(path, content)

        store._remote.create = lost
        assert attempt.publish({}).attempt == attempt.name
    whole(store)


def test_a_take_whose_clip_is_gone_or_whose_manifest_was_cut_is_published_again(store):
    first = publish(store)
    folder = f"{store._place.path}/takes/ab/{DIGEST}"
    store._remote.remove(f"{folder}/{first.attempt}/clip.mp4")
    assert store.find("takes", DIGEST) is None
    publish(store)
    whole(store)
    store._remote.write(f"{folder}/{MANIFEST}", b'{"version": 1, "ki')
    assert store.find("takes", DIGEST) is None
    assert publish(store) == store.find("takes", DIGEST)


def test_what_a_killed_process_was_publishing_is_swept_and_what_lives_is_not(store):
    code = (
        "import os, sys; from farm.store.store import Store; store = Store(sys.argv[1])\n"
        "store._remote.create = lambda *_: os.kill(os.getpid(), 9)\n"
        "with store.attempt('takes', sys.argv[2]) as a:\n"
        "    a.path('clip.mp4').write_text('x'); a.publish({})\n"
    )
    done = subprocess.run([sys.executable, "-c", code, store.root, DIGEST], check=False)
    assert done.returncode == -9
    assert len(objects(store)) == 2
    with store.attempt("takes", "cd" * 32) as living:
        note = f"attempts/{living.name}"
        text = json.dumps({"kind": "takes", "digest": "cd" * 32}).encode()
        store._remote.write(f"{store._place.path}/{note}", text)
        strange = "attempts/elsewhere-12345678-1-aaaa"
        store._remote.write(f"{store._place.path}/{strange}", text)
        assert store.sweep() == 1
        assert objects(store) == sorted([note, strange])


@pytest.mark.parametrize(
    ("changes", "root", "words"),
    [
        ({}, "s3://no-such-bucket/films", "there is no bucket 'no-such-bucket'"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, f"s3://{BUCKET}/x", "does not answer as it should"),
        ({"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, f"s3://{BUCKET}/x", "no credentials"),
        ({}, "s4://films/x", "s4"),
    ],
)
def test_a_store_that_cannot_be_is_refused_with_exit_2_before_anything_renders(
    proxy, tmp_path, changes, root, words
):
    proxy.set("")
    film = tmp_path / "film"
    shotfarm = os.path.join(os.path.dirname(sys.executable), "shotfarm")  # noqa: PTH118, PTH120
    subprocess.run([shotfarm, "new", str(film)], check=True, capture_output=True)
    settings = {**os.environ, **environment(proxy.port), **changes, "HOME": str(tmp_path)}
    settings |= {"SHOTFARM_HOME": str(tmp_path / "home"), "SHOTFARM_BACKEND": "slate", "COLUMNS": "300"}
    settings |= {"SHOTFARM_STORE_PATIENCE_S": "1"}
    done = subprocess.run(
        [shotfarm, "render", str(film), "--store", root],
        env={name: value for name, value in settings.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert done.stderr.count("error:") == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home").exists(), "no server was started"


def test_wrong_credentials_are_said_in_words(tmp_path, monkeypatch):
    import fsspec

    with s3_server(INITIAL_NO_AUTH_ACTION_COUNT="1") as port:
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        for name, value in {**environment(port), **ACCESS}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(StoreError, match="refuses access") as caught:
            Store(f"s3://{BUCKET}/x", NodeSettings(cache=tmp_path)).check()
    assert "AWS_ACCESS_KEY_ID" in caught.value.hint
