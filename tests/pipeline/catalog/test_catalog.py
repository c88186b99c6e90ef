"""Catalogs, over SQLite and PostgreSQL: numbers, decisions, conflicts, and what a crash leaves."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline.catalog.catalog import Catalog
from pipeline.catalog.entries import Adopt, Approve, More, Note, Omit, Raise, Retake, Stroke, Undo
from pipeline.catalog.record import Conflict
from storyboard.errors import CatalogError, UsageError
from storyboard.planning.adjustments import Adjustment
from tests.support.mutations import in_one_folder
from tests.support.pipeline.catalogs import new_take, wish

RAIN = Adjustment(add_prompt="in rain", options={"slate": {"delay_s": None, "hue": 0.5}})


def test_takes_are_numbered_by_shot_in_the_order_in_which_they_were_registered(open_catalog):
    catalog = open_catalog()
    new = [new_take("1A"), new_take("1B"), new_take("1A", "second", seed=2**53 - 1, adjustment=RAIN)]
    made = catalog.register(new)
    assert [(take.shot, take.number) for take in made] == [("1A", 1), ("1B", 1), ("1A", 2)]
    assert catalog.register(new) == ()
    assert catalog.register([new_take("1A", "third"), *new])[0].number == 3
    assert catalog.takes()[:3] == list(made)
    assert [take.number for take in catalog.takes("1A")] == [1, 2, 3]
    assert {**dict(catalog.takes("1A")[1]), "number": 0} == {**dict(new[2]), "number": 0}


def test_a_take_that_two_shots_share_has_a_number_in_each(open_catalog):
    catalog = open_catalog()
    shared = new_take("1A")
    made = catalog.register([shared, shared.model_copy(update={"shot": "1B"}), shared])
    assert [(take.shot, take.number, take.digest) for take in made] == [
        ("1A", 1, shared.digest),
        ("1B", 1, shared.digest),
    ]


def test_decisions_are_kept_as_they_were_made(open_catalog):
    catalog = open_catalog()
    catalog.register([new_take("1A")])
    drawing = (Stroke(frame=3, points=((0.25, 0.5), (1, 0)), tool="arrow"),)
    wishes = [
        wish(
            "1A",
            Note(text="<script>\u202e\U0001f3ac\n", frames=(3, 9), drawing=drawing, region=(0, 0, 0.5, 1)),
        ),
        wish(
            "1A", Retake(text="wetter", adjustments=(RAIN, Adjustment(seed=3))), "first", seen=None, by="bo"
        ),
        wish("1B", Omit()),
        wish("1A", Adopt(changed={"action": ["a", None]}), "first"),
    ]
    made = catalog.append(*wishes)
    assert [one.number for one in made] == [1, 2, 3, 4]
    assert catalog.decisions() == list(made)
    assert catalog.decisions("1A") == [made[0], made[1], made[3]]
    assert catalog.decisions(after=2) == list(made[2:])
    assert [(one.shot, one.what, one.by, one.take, one.seen) for one in made] == [
        (one.shot, one.what, one.by, one.take, one.seen) for one in wishes
    ]
    assert (catalog.last("1A"), catalog.last("1B"), catalog.last("1C")) == (4, 3, 0)


def test_who_has_not_seen_the_last_decision_is_told_what_it_was(open_catalog):
    first, second = open_catalog(), open_catalog()
    first.register([new_take("1A")])
    first.append(wish("1A", Note(text="dark"), seen=0))
    first.append(wish("1A", Approve(), "first", seen=1, by="bo"))
    with pytest.raises(
        Conflict, match=r"shot 1A: 2 decisions since you looked: ada \(note\), bo \(approve\)"
    ) as caught:
        second.append(wish("1A", Omit(), seen=0, by="cy"))
    assert caught.value.others == tuple(first.decisions("1A"))
    second.append(wish("1A", Omit(), seen=second.last("1A"), by="cy"))
    assert [one.by for one in first.decisions("1A")] == ["ada", "bo", "cy"]


def test_of_several_decisions_none_is_made_when_one_meets_a_conflict(open_catalog):
    catalog = open_catalog()
    catalog.append(wish("1B", Omit()))
    with pytest.raises(Conflict):
        catalog.append(wish("1A", Omit(), seen=0), wish("1B", Omit(), seen=0))
    assert len(catalog.decisions()) == 1


def test_decisions_about_other_shots_are_no_conflict(open_catalog):
    catalog = open_catalog()
    catalog.append(wish("1B", Omit(), seen=0))
    assert catalog.append(wish("1A", Omit(), seen=0))[0].number == 2


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (wish("1A", Approve(), "third"), "shot 1A has no take"),
        (wish("1A", Undo(of=7)), "shot 1A has no decision 7 that stands"),
        (wish("1B", Undo(of=1)), "shot 1B has no decision 1"),
        (wish("1A", Undo(of=2)), "what was adopted stands in the film document"),
    ],
)
def test_what_cannot_be_is_refused_in_words(open_catalog, made, words):
    catalog = open_catalog()
    catalog.register([new_take("1A")])
    catalog.append(wish("1A", Note(text="good")), wish("1A", Adopt(), "first"))
    with pytest.raises(UsageError, match=words):
        catalog.append(made)
    assert len(catalog.decisions()) == 2


def test_a_decision_is_undone_once(open_catalog):
    catalog = open_catalog()
    catalog.append(wish("1A", Omit()))
    catalog.append(wish("1A", Undo(of=1)))
    with pytest.raises(UsageError, match="no decision 1 that stands"):
        catalog.append(wish("1A", Undo(of=1)))


def test_productions_in_one_database_do_not_mix(open_catalog):
    one, other = open_catalog("one"), open_catalog("other")
    one.register([new_take("1A")])
    one.append(wish("1A", Omit()))
    other.append(wish("1A", Note(text="mine"), seen=0))
    assert (one.takes("1A")[0].number, other.takes()) == (1, [])
    assert [len(catalog.decisions()) for catalog in (one, other)] == [1, 1]
    other.rebuild()
    assert len(one.decisions()) == 1


def test_a_catalog_opened_again_is_the_same(open_catalog):
    before = open_catalog()
    before.register([new_take("1A")])
    before.append(wish("1A", Omit()))
    after = open_catalog(title="")
    assert (after.production, after.takes(), after.decisions()) == (
        before.production,
        before.takes(),
        before.decisions(),
    )
    with after.reading() as connection:
        assert connection.execute(sa.text("SELECT title FROM production")).scalars().all() == ["A Film"]


def test_a_film_without_a_catalog_is_not_given_one_by_looking(settings, tmp_path):
    assert Catalog.if_there(tmp_path, settings) is None
    assert [*tmp_path.iterdir()] == []


def test_what_was_logged_but_not_committed_is_there_when_it_is_opened_again(open_catalog, monkeypatch):
    catalog = open_catalog()
    catalog.register([new_take("1A")])
    with monkeypatch.context() as patched:
        patched.setattr(Catalog, "catch_up", lambda self: None)
        catalog.append(wish("1A", Approve(), "first"))
        catalog.register([new_take("1A", "second")])
    fresh = open_catalog()
    assert [one.what.kind for one in fresh.decisions()] == ["approve"]
    assert [take.number for take in fresh.takes()] == [1, 2]
    assert catalog.decisions() == fresh.decisions()


def test_half_a_line_is_ignored_and_what_follows_is_kept(open_catalog):
    catalog = open_catalog()
    catalog.append(wish("1A", Note(text="whole")))
    with catalog.log.path.open("ab") as stream:
        stream.write(b'{"decision":{"number":2,"shot":"1A"')
    fresh = open_catalog()
    assert len(fresh.decisions()) == 1
    assert fresh.append(wish("1A", Note(text="after"), seen=1))[0].number == 2
    assert [one.what.text for one in open_catalog().decisions()] == ["whole", "after"]
    assert len(fresh.log.torn) == 1


def test_a_catalog_made_again_from_its_log_is_the_same(open_catalog, settings):
    catalog = open_catalog()
    catalog.register([new_take("1A"), new_take("1B"), new_take("1A", "second", adjustment=RAIN)])
    catalog.append(wish("1A", Approve(), "second"), wish("1B", Omit()))
    before = catalog.takes(), catalog.decisions()
    if settings.catalog is None:
        catalog.close()
        for file in catalog.log.path.parent.glob("catalog.sqlite*"):
            file.unlink()
        catalog = open_catalog()
    catalog.rebuild()
    assert (catalog.takes(), catalog.decisions()) == before


def test_a_log_that_is_gone_is_written_anew_from_the_database(open_catalog):
    catalog = open_catalog()
    catalog.register([new_take("1A")])
    catalog.append(wish("1A", Approve(), "first"))
    for money in (5, 7):
        more = More(money=money, currency="EUR")
        catalog.log.raise_budget(Raise(document="film.yaml", more=more, by="Nina", at=datetime.now(UTC)))
    before, raises = (catalog.takes(), catalog.decisions()), [*catalog.log.record().raises]
    catalog.log.path.unlink()
    fresh = open_catalog()
    assert fresh.log.record().raises == raises
    assert fresh.append(wish("1A", Omit(), seen=1))[0].number == 2
    fresh.rebuild()
    assert (fresh.takes(), fresh.decisions()[:1]) == before
    fresh.log.path.unlink()
    assert open_catalog().log.record().raises == raises


def test_a_log_of_another_production_is_refused(open_catalog, tmp_path):
    catalog = open_catalog()
    catalog.append(wish("1A", Omit()))
    other = open_catalog("other")
    other.append(wish("1A", Note(text="something that is longer than the other line")))
    shutil.copy(other.log.path, catalog.log.path)
    with pytest.raises(CatalogError, match="not the log that the catalog was made from") as caught:
        open_catalog()
    assert "catalog rebuild" in caught.value.hint


def test_a_log_that_a_newer_version_wrote_is_refused(open_catalog):
    catalog = open_catalog()
    catalog.append(wish("1A", Omit()))
    with catalog.log.path.open("a") as stream:
        stream.write(json.dumps({"decision": {"kind": "paint"}}) + "\n")
    with pytest.raises(CatalogError, match="does not read"):
        open_catalog()


WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20)
ANY_NOTE = st.builds(Note, text=WORDS)
ANY_RETAKE = st.builds(
    lambda text, seeds: Retake(text=text, adjustments=tuple(Adjustment(seed=seed) for seed in seeds)),
    WORDS,
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3),
)
APPENDS = st.lists(
    st.tuples(
        st.sampled_from(["1A", "1B"]), st.one_of(ANY_NOTE, ANY_RETAKE, st.just(Omit()), st.integers(0, 5))
    ),
    min_size=1,
    max_size=8,
)


@given(APPENDS)
@examples(in_one_folder, max_examples=15)
def test_the_log_says_what_the_database_says_whatever_is_appended(open_catalog, appends):
    catalog = open_catalog()
    for shot, what in appends:
        if isinstance(what, int):
            catalog.register([new_take(shot, f"{what}", seed=what)])
        else:
            catalog.append(wish(shot, what, seen=catalog.last(shot)))
    record = catalog.log.record()
    assert (catalog.takes(), catalog.decisions()) == (record.takes, record.decisions)
    catalog.rebuild()
    assert (catalog.takes(), catalog.decisions()) == (record.takes, record.decisions)
