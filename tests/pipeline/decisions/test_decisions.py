"""What people ask for and decide, on a film whose takes are there; nothing is started for it."""

from __future__ import annotations

import pytest

from pipeline.catalog.entries import Note
from pipeline.catalog.record import Conflict
from pipeline.decisions import deciding
from pipeline.decisions.adopting import propose_adoption
from pipeline.decisions.asking import Asked, chain_of, frames_of, options_of, propose, radius_if
from pipeline.decisions.history import history_of
from pipeline.decisions.listing import listed_takes
from pipeline.decisions.shots import Meant
from pipeline.orchestration.run import refuse_early
from pipeline.production.open import open_production
from storyboard.errors import FileChangedError, UsageError
from storyboard.planning.adjustments import seed_of_take
from tests.support.pipeline.decided_films import Folder, render_here, settings_in


def meant(film: Folder, shot: str = "2B") -> Meant:
    return Meant.of(film.open(), shot)


def retaken(film: Folder, shot: str = "2B", **asked: object) -> Meant:
    """The shot after a retake was asked for and rendered."""
    proposal = propose(meant(film, shot), Asked(**asked))  # type: ignore[arg-type]
    proposal.ask("ada")
    production = film.open()
    film.render(production.plan([shot], {shot: proposal.adjustments}))
    return meant(film, shot)


def planned(film: Folder) -> dict:
    return {one.shot: one for one in film.open().plan().shots}


def listed(film: Folder, shot: str = "2B") -> dict:
    return {one.number: one for one in listed_takes(film.open(), shot)}


def test_takes_that_were_there_have_numbers_and_are_in_the_cut(film):
    takes = listed_takes(film.open())
    assert [(one.shot, one.number) for one in takes] == [
        (name, 1) for name in ("1A", "1B", "1C", "2A", "2B", "2C")
    ]
    assert all(one.in_cut and not one.stale and one.status == "for review" for one in takes)


def test_a_retake_without_a_wish_gets_seeds_that_follow_from_its_shot_and_its_numbers(film):
    own = planned(film)["2B"].spec.seed
    after = retaken(film, takes=3, text="too still")
    assert [(take.number, take.seed) for take in after.takes] == [
        (1, own),
        *((number, seed_of_take(own, number)) for number in (2, 3, 4)),
    ]
    assert planned(film)["2B"].digest == after.takes[1].digest
    assert [one.in_cut for one in listed(film).values()] == [False, True, False, False]


def test_the_cut_takes_the_newest_wish_until_a_take_is_circled_which_stays_then(film):
    retaken(film, add_prompt="in the rain")
    after = retaken(film, seed=5)
    assert planned(film)["2B"].digest == after.takes[2].digest
    assert planned(film)["2B"].adjusted == ('"in the rain" added', "seed 5")
    deciding.approve(after, after.takes[1], "ada")
    assert planned(film)["2B"].digest == after.takes[1].digest
    later = retaken(film, seed=6)
    assert later.takes[3].seed == 6
    assert planned(film)["2B"].digest == after.takes[1].digest
    deciding.unapprove(meant(film), None, "ada")
    assert planned(film)["2B"].digest == later.takes[3].digest


def test_what_the_storyboard_says_now_makes_a_circled_take_stale_in_words(film):
    one = meant(film)
    deciding.approve(one, deciding.take_to_approve(one, None), "ada")
    film.change("id: 2B\n", "id: 2B\n    action: Another slate.\n")
    assert listed(film)[1].stale == ("action changed",)
    assert listed(film)[1].circled
    assert planned(film)["2B"].exists


def test_takes_of_another_shot_that_starts_from_a_retaken_one_are_stale_too(film):
    retaken(film, "1B", seed=5)
    assert listed(film, "1C")[1].stale == ("starts from shot 1B, which changes",)


def test_omitting_and_restoring_is_the_identity(film):
    before = film.open().plan()
    deciding.omit(meant(film, "2A"), "ada")
    omitted = film.open().plan()
    assert omitted.film.duration_frames() == before.film.duration_frames() - 16
    assert not omitted.missing
    deciding.restore(meant(film, "2A"), "ada")
    assert film.open().plan() == before


def test_the_last_shot_of_a_film_cannot_be_omitted(film):
    for shot in ("1A", "1B", "1C", "2A", "2B"):
        deciding.omit(meant(film, shot), "ada")
    with pytest.raises(UsageError, match="without it no film is left"):
        deciding.omit(meant(film, "2C"), "ada")


def test_of_two_who_decide_at_once_the_second_is_told_what_the_first_did(film):
    first, second = meant(film), meant(film)
    deciding.approve(first, first.takes[0], "ada")
    with pytest.raises(Conflict, match=r"shot 2B: 1 decision since you looked: ada \(approve\)"):
        deciding.omit(second, "bob")
    assert not planned(film)["2B"].omitted


def test_a_decision_is_undone(film):
    deciding.omit(meant(film), "ada")
    deciding.undo(meant(film), "ada")
    assert not planned(film)["2B"].omitted
    with pytest.raises(UsageError, match="nothing that was decided of shot 2B can be undone"):
        deciding.undo(meant(film), "ada")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"renderer": "final"}, 'a renderer: none is called "final"'),
        ({"options": {"dlay_s": 1}}, "an option of slate: .*dlay_s"),
        ({"options": {"delay_s": "soon"}}, "an option of slate: .*delay_s"),
        ({"first_frame": "no.png"}, 'a first frame: there is no file "no.png"'),
        ({"takes": 65}, "65 takes at once"),
        ({"seed": 1, "new_seed": True}, "exclude each other"),
        ({"seed": -1}, "seed: "),
    ],
)
def test_what_a_retake_cannot_have_is_said_before_it_is_asked_for(film, asked, words):
    with pytest.raises(UsageError, match=words):
        propose(meant(film), Asked(**asked))
    assert history_of(film.open(), "2B")[1:] == []


def test_shots_and_takes_that_there_are_not_are_named_with_what_there_is(film):
    with pytest.raises(UsageError, match=r"the film has no shot '2b'.*2B"):
        meant(film, "2b")
    with pytest.raises(UsageError, match="shot 2B has no take 7") as error:
        deciding.take_to_approve(meant(film), 7)
    assert error.value.hint == "it has 1"


def test_frames_and_options_are_read_as_people_write_them():
    assert frames_of("20-31", 48) == (20, 31)
    assert frames_of("20", 48) == (20, 20)
    assert frames_of(None, 48) is None
    for text in ("31-20", "20-48", "twenty"):
        with pytest.raises(UsageError):
            frames_of(text, 48)
    read = options_of(["steps=30", "name = rain", "on=true", "scale=1E3", "from=00:01:30", "no="])
    assert read == {"steps": 30, "name": "rain", "on": True, "scale": 1000.0, "from": "00:01:30", "no": None}
    with pytest.raises(UsageError, match="'steps' sets nothing"):
        options_of(["steps"])


def test_the_blast_radius_of_a_retake_is_what_starts_from_it_and_the_joints_that_show_it(film):
    radius = propose(meant(film, "1B"), Asked(new_seed=True)).radius()
    assert [shot.shot for shot in radius.renders] == ["1B", "1C"]
    assert radius.follows == ("1C",)
    assert "1A-1B" in radius.joints
    assert not any("2" in joint for joint in radius.joints)
    assert (radius.sounds, radius.frames, radius.cost) == ((), 0, None)
    assert radius.worker_s > 0
    alone = propose(meant(film, "2B"), Asked(takes=4)).radius()
    assert [shot.shot for shot in alone.renders] == ["2B"] * 4
    assert alone.follows == ()
    assert history_of(film.open(), "1B")[1:] == []


def test_the_blast_radius_of_an_omission_is_the_sound_and_the_frames(film):
    radius = radius_if(meant(film, "2B"), deciding.as_if_omitted(meant(film, "2B"), omitted=True))
    assert radius.renders == ()
    assert radius.frames == -24
    assert "stem dialogue" not in radius.sounds  # the only line went with the shot
    assert radius_if(meant(film), film.open().decided).sounds == ()


def test_a_price_is_a_sum_of_workers_and_cards(film, monkeypatch):
    monkeypatch.setenv("SHOTFARM_PRICE_PER_WORKER_HOUR", "3600")
    monkeypatch.setenv("SHOTFARM_CURRENCY", "CHF")
    radius = propose(meant(film), Asked(new_seed=True)).radius()
    assert radius.cost == f"{radius.worker_s:.2f} CHF"


def test_approving_a_take_of_a_shot_that_another_continues_has_the_other_rendered(film):
    after = retaken(film, "1B", takes=2)
    radius = radius_if(after, deciding.as_if_approved(after, after.takes[2]))
    assert [shot.shot for shot in radius.renders] == ["1C"]
    assert chain_of(film.open().plan(), "1B") == ["1B", "1C"]


def test_what_an_approved_take_changed_is_adopted_and_the_plan_has_nothing_to_render(film):
    film.change("action: A slate.\n", "action: A slate.  # as the director said\n")
    after = retaken(film, "2A", add_prompt="In the rain.", seed=5, options={"delay_s": 0.01})
    deciding.approve(after, after.takes[1], "ada")
    film.render()
    before = film.document.read_text("utf-8").splitlines()
    adoption = propose_adoption(film.open())
    assert adoption.changes == {
        "2A": {
            "action": "A slate. In the rain.",
            "seed": 5,
            "backend_options": {"slate": {"delay_s": 0.01}},
        }
    }
    adoption.write("ada")
    now = film.document.read_text("utf-8").splitlines()
    gone = [line for line in before if line not in now]
    assert gone == ["    action: A slate.  # as the director said"]
    (said,) = (line for line in now if line.startswith("    action: A slate. In the rain."))
    assert said.endswith("# as the director said")
    plan = film.open().plan()
    assert plan.missing == ()
    assert planned(film)["2A"].digest == after.takes[1].digest
    assert not any(one.stale or one.adjusted for one in plan.shots)
    assert listed(film, "2A")[2].stale == ()
    with pytest.raises(UsageError, match="nothing to adopt"):
        propose_adoption(film.open())
    assert [event.words for event in history_of(film.open(), "2A")][-1].startswith("adopted of take 2")


def test_an_adoption_is_refused_when_the_document_changed_meanwhile(film):
    after = retaken(film, seed=5)
    deciding.approve(after, after.takes[1], "ada")
    adoption = propose_adoption(film.open(), "2B")
    film.change("title: Six Slates", "title: Seven Slates")
    with pytest.raises(FileChangedError, match="has changed since it was read; nothing was written"):
        adoption.write("ada")
    assert "seed: 5" not in film.document.read_text("utf-8")


def test_a_stale_take_is_not_adopted(film):
    after = retaken(film, seed=5)
    deciding.approve(after, after.takes[1], "ada")
    film.change("id: 2B\n", "id: 2B\n    action: Another slate.\n")
    with pytest.raises(UsageError, match="shot 2B cannot be adopted: the storyboard has changed"):
        propose_adoption(film.open())


def test_an_adoption_that_was_cut_off_after_the_document_was_written_goes_on(film):
    after = retaken(film, add_prompt="In the rain.")
    deciding.approve(after, after.takes[1], "ada")
    film.document.write_text(propose_adoption(film.open()).new_text, "utf-8")
    again = propose_adoption(film.open())
    assert again.changes == {"2B": {}}
    again.write("ada")
    assert planned(film)["2B"].stale == ()
    assert planned(film)["2B"].adjusted == ()


def test_a_film_that_requires_approval_names_the_shots_that_it_waits_for(film):
    film.change("title: Six Slates\n", "title: Six Slates\nrequire_approval: true\n")
    production = film.open()
    assert production.unapproved(production.plan()) == ("1A", "1B", "1C", "2A", "2B", "2C")
    one = meant(film)
    deciding.approve(one, one.takes[0], "ada")
    deciding.omit(meant(film, "1A"), "ada")
    production = film.open()
    assert production.unapproved(production.plan()) == ("1B", "1C", "2A", "2C")


def test_finals_are_rendered_of_what_was_approved_as_a_draft_and_drafts_stay_beside_them(film):
    renderers = "{draft: {backend: slate}, final: {backend: slate, options: {write_from_frame: 4}}}"
    title = "title: Six Slates\n"
    film.change(title, f"{title}renderers: {renderers}\nrenderer: draft\n")
    as_document = settings_in(film.path.parent).model_copy(update={"backend": None})
    draft = open_production(film.path, as_document)
    one = Meant.of(draft, "2B")
    deciding.approve(one, one.takes[0], "ada")
    final = as_document.model_copy(update={"renderer": "final"})
    production, plan, _ = refuse_early(film.path, final, [], None, approved_only=True)
    assert [(shot.shot, shot.spec.options["write_from_frame"]) for shot in plan.missing] == [("2B", 4)]
    render_here(production, plan)
    takes = {take.number: take for take in listed_takes(open_production(film.path, final), "2B")}
    assert [(take.renderer, take.circled, take.in_cut) for take in takes.values()] == [
        ("slate", True, False),
        ("final", False, True),
    ]
    assert not open_production(film.path, as_document).plan().missing


def test_a_history_tells_takes_notes_and_what_was_undone(film):
    deciding.note(meant(film), Note(text="love it", frames=(2, 4)), None, "bob")
    retaken(film, text="darker", frames=(3, 9), seed=5)
    deciding.omit(meant(film), "ada")
    deciding.undo(meant(film), "ada")
    events = history_of(film.open(), "2B")
    assert [event.words for event in events if event.decision] == [
        "[2-4] love it",
        "retake of take 1: [3-9] darker (seed 5)",
        "omit",
        "undo of decision 3",
    ]
    assert [event.counts for event in events if event.decision] == [True, True, False, True]
