"""Takes in every store are named by these digests: a change here renders every film anew.

When that is meant, raise `SPEC_VERSION` and write down the new values.
"""

from __future__ import annotations

from tests.support.storyboard.small_films import digests, plan, shot, small

CANONICAL = (
    '{"action":"","backend":"ink","backend_version":1,"camera":"static","characters":[{"action"'
    ':"","colours":[],"description":"a keeper","expression":"neutral","facing":"camera","id":"m'
    'ira","loras":[],"move_to":null,"name":"Mira","pose":"standing","position":"centre","refere'
    'nces":[],"wardrobe":"coat"}],"first_frame":null,"frames":48,"head":0,"height":1080,"last_frame'
    '":null,"lines":[{"character":"tom'
    '","delivery":"normal","name":"Tom","start":12,"text":"Ahoy"}],"location":{"description":""'
    ',"id":"harbour","name":"Harbour","references":[],"time_of_day":"day","weather":"fog"},"loo'
    'k":{"description":"ink","loras":[{"file":{"sha256":"digest of ink'
    '.safetensors"},"trigger":"ink","weight":1.0}],"negative":"","palette":["#101820","#f2aa4c"'
    '],"references":[{"sha256":"digest of style.png"}]},"match_cut":null,"options":{"detail":'
    '1,"names":["é","\u2028"],"wash":0.5},"performance":null,"predecessor":null,"rate":"24000/1001","seed":900719925474'
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
        "1A": "cdb6d775bd4d9fa2255e0f64993c991d2e3041a52fd3553094a6cac61fceb256",
        "1B": "986dc703bdd30c1686bf962020698755fc4a12c5a7796ba914853f6f69730414",
        "2A": "8f9af9fc2e39b8756bf8c0f3731205b06cb0a16bc2e7b65e7f40c7b7a298fe65",
        "2B": "d7f075e6446e8dcaf60d4c013b58542c78ae0b5e6a786addd35772817f2f54cc",
    }
    assert digests(full(), draws_lines=True, draws_shot_id=True)["2B"] == (
        "99986c33c5991bfe9306f2317202aa9141efb8bcfdfc22b4238e7d1d4098ff07"
    )
