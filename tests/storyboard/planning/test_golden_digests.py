"""Takes in every store are named by these digests: a change here renders every film anew.

When that is meant, raise `SPEC_VERSION` and write down the new values.
"""

from __future__ import annotations

from tests.support.storyboard.small_films import digests, plan, shot, small

CANONICAL = (
    '{"action":"","backend":"ink","backend_version":1,"camera":"static","characters":[{"action"'
    ':"","colours":[],"description":"a keeper","expression":"neutral","facing":"camera","id":"m'
    'ira","loras":[],"move_to":null,"name":"Mira","pose":"standing","position":"centre","refere'
    'nces":[],"wardrobe":"coat"}],"frames":48,"head":0,"height":1080,"lines":[{"character":"tom'
    '","delivery":"normal","name":"Tom","start":12,"text":"Ahoy"}],"location":{"description":""'
    ',"id":"harbour","name":"Harbour","references":[],"time_of_day":"day","weather":"fog"},"loo'
    'k":{"description":"ink","loras":[{"file":{"sha256":"digest of ink'
    '.safetensors"},"trigger":"ink","weight":1.0}],"negative":"","palette":["#101820","#f2aa4c"'
    '],"references":[{"sha256":"digest of style.png"}]},"options":{"detail":'
    '1,"names":["é","\u2028"],"wash":0.5},"predecessor":null,"rate":"24000/1001","seed":900719925474'
    '0991,"shot":"","size":"MS","tail":4,"version":1,"width":1920}'
)


def full() -> dict:
    film = small()
    film["format"] = {"width": 1920, "height": 1080, "rate": "24000/1001"}
    film["look"].update(
        references=["style.png"], loras=[{"file": "ink.safetensors", "weight": 1, "trigger": "ink"}]
    )
    film["backend_options"] = {"ink": {"wash": 0.5, "names": ["é", "\u2028"]}}
    shot(film, "1A")["seed"] = 2**53 - 1
    return film


def test_the_canonical_json_of_a_shot():
    assert plan(full(), draws_lines=True).shots[0].spec.canonical_json().decode() == CANONICAL


def test_the_digests_of_small_films():
    assert digests(small()) == {
        "1A": "3c87631f423609dde62cd0930a4f969bfcaf3a0abe7d2d92d4921f6f7f49ecec",
        "1B": "d29f7b7eacfe0e43261059fe6f158aae219805d17aacfc62a0c7b17587f78bc6",
        "2A": "60785881d70fbe3577386ad53fedfde4c8bb4ecde965e050bc95c9accf766644",
        "2B": "677482420c7e54e5be64e975627066e6c558cefccc02814d2a1b21eb9ccd7fc0",
    }
    assert digests(full(), draws_lines=True, draws_shot_id=True)["2B"] == (
        "208072761c46d68957c6b8847867e1e16dde34f7f838a1406c675f8b627f76a5"
    )
