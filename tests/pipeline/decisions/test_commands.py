"""The commands of takes and decisions, as far as nothing is rendered for them."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import pytest
import yaml
from PIL import Image

from farm.schedule.messages import ProductionOrder, Update
from farm.schedule.prices import PriceList, ServicePrice
from pipeline.decisions import deciding
from pipeline.decisions.askable import askable
from pipeline.decisions.asking import Asked, propose
from pipeline.decisions.shots import Meant
from pipeline.observer import Nobody
from pipeline.orchestration import flows
from pipeline.orchestration.retake import run_decided
from pipeline.orchestration.run import AtHand
from pipeline.production import production, reopening
from pipeline.production.open import open_production, stands_as_decided
from pipeline.production.outside import outside
from pipeline.production.reopening import ReopenedFilm
from pipeline.rendering.render import publish_references
from pipeline.settings import load_settings
from storyboard.document.given_files import sha256_of
from storyboard.errors import UsageError
from tests.support.pipeline.decided_films import Folder, settings_in
from tests.support.pipeline.slate_films import Shotfarm, assert_clear


@pytest.fixture
def command(film: Folder) -> Shotfarm:
    return Shotfarm(film.path.parent / "home")


def told(command: Shotfarm, *words: object) -> object:
    done = command.here(*words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_takes_are_told_to_scripts_with_all_that_is_known_of_them(command, film):
    (take,) = told(command, "takes", "2B", film.path)
    assert set(take) >= {
        "shot", "number", "digest", "status", "circled", "stale", "renderer", "seed", "made_at", "by", "why",
        "worker_s", "gpu_s", "quality",
    }  # fmt: skip
    assert (take["shot"], take["number"], take["circled"], take["stale"]) == ("2B", 1, False, [])
    assert len(told(command, "takes", film.path)) == 6
    assert len(told(command, "takes", film.document)) == 6
    assert "for review" in command.here("takes", film.path).stdout


def test_a_shot_is_approved_omitted_and_seen_so_in_the_plan(command, film):
    told(command, "approve", "2B", film.path)
    assert "take 1 of shot 1A is approved" in command.here("approve", "1A", film.path).stdout
    done = command.here("omit", "2A", film.path, "--by", "ada")
    assert "shot 2A is omitted: the film is 16 frames shorter" in done.stdout
    plan = told(command, "plan", film.path)
    shots = {one["shot"]: one for one in plan["shots"]}
    assert (plan["frames"], plan["omitted_frames"], plan["to_render"]) == (107 - 16, 16, 0)
    assert shots["2A"]["omitted"]
    assert shots["2B"]["circled"]
    said = command.here("plan", film.path).stdout
    assert "1 shot omitted: the film is 16 frames shorter." in said
    assert "circled" in said
    told(command, "undo", "2A", film.path)
    assert told(command, "plan", film.path)["omitted_frames"] == 0
    kinds = [one["kind"] for one in told(command, "history", "2A", film.path)]
    assert kinds == ["take", "omit", "undo"]


def test_what_a_retake_touches_is_said_and_nothing_is_decided(command, film):
    radius = told(command, "retake", "1B", film.path, "--new-seed", "--dry-run")
    assert radius["follows"] == ["1C"]
    said = command.here("retake", "1B", film.path, "--new-seed", "--dry-run").stdout
    assert "2 takes to render" in said
    assert "Follow shot 1B: 1C." in said
    assert len(told(command, "history", "1B", film.path)) == 1


def test_mistakes_end_with_one_message(command, film):
    assert_clear(command.here("approve", "2B", film.path, "--take", "9"), 2, "shot 2B has no take 9")
    assert_clear(command.here("omit", "9Z", film.path), 2, "the film has no shot '9Z'")
    assert_clear(command.here("restore", "2B", film.path), 2, "shot 2B is not omitted")
    assert_clear(command.here("adopt", film.path), 2, "nothing to adopt")
    assert_clear(command.here("retake", "2B", film.path, "--frames", "9-99"), 2, "frames 9-99", "0-23")
    assert_clear(command.here("retake", "2B", film.path, "--set", "delay_s"), 2, "sets nothing")
    assert_clear(
        command.here("render", film.path, "--approved-only"), 2, "no take of these shots is approved"
    )


def test_deliverables_wait_for_approval_too(command, film):
    film.change("title: Six Slates\n", "title: Six Slates\nrequire_approval: true\n")
    done = command.here("deliver", "web", film.path)
    assert_clear(done, 3, "the film waits for the approval of 6 of its shots: 1A, 1B")


def test_two_takes_are_compared_for_people_and_for_scripts(command, film):
    one = Meant.of(film.open(), "2A")
    proposal = propose(one, Asked(add_prompt="In the rain.", seed=5))
    proposal.ask("ada")
    film.render(film.open().plan(["2A"], {"2A": proposal.adjustments}))
    found = told(command, "takes", "2A", film.path, "--diff", 1, 2)
    assert [(row["group"], row["what"], row["b"]) for row in found["rows"]] == [
        ("prompt", "action", "A slate. In the rain."),
        ("seed", "seed", "5"),
    ]
    said = command.here("takes", "2A", film.path, "--diff", 1, 2).stdout
    assert "In the rain." in said
    same = command.here("takes", "2A", film.path, "--diff", 2, 2).stdout
    assert "takes 2 and 2 of shot 2A were made from the same" in same
    assert_clear(command.here("takes", "2A", film.path, "--diff", 1, 7), 2, "shot 2A has no take 7")
    assert_clear(command.here("takes", film.path, "--diff", 1, 2), 2, "--diff compares takes of one shot")


def test_a_note_answers_another_and_what_was_undone_is_done_again(command, film):
    first = told(command, "note", "2B", "Too dark?", film.path)
    answer = told(command, "note", "2B", "Yes.", film.path, "--reply-to", first["number"])
    assert answer["what"]["reply_to"] == first["number"]
    assert "undone of shot 2B: Yes." in command.here("undo", "2B", film.path).stdout
    assert "done again of shot 2B: Yes." in command.here("redo", "2B", film.path).stdout
    assert_clear(command.here("redo", "2B", film.path), 2, "nothing of shot 2B was undone just now")
    assert_clear(command.here("note", "2B", "No.", film.path, "--reply-to", 9), 2, "no decision 9 to answer")


def test_a_character_gets_other_pictures_which_are_adopted(command, film):
    film.change("id: 2B\n", "id: 2B\n    characters: [{id: ada}]\n")
    film.render()
    Image.new("RGB", (64, 64), "red").save(film.path / "ada.png")
    words = ("retake", "2B", film.path, "--dry-run", "--reference")
    assert [one["shot"] for one in told(command, *words, "ada=ada.png")["renders"]] == ["2B"]
    assert_clear(command.here(*words, "bob=ada.png"), 2, 'pictures of "bob", who is not in the shot')
    assert_clear(command.here(*words, "ada=../x.png"), 2, "leads outside the project folder")
    assert_clear(command.here(*words, "ada.png"), 2, "'ada.png' is no picture of somebody")
    one = Meant.of(film.open(), "2B")
    proposal = propose(one, Asked(references={"ada": ("ada.png",)}))
    proposal.ask("ada")
    film.render(film.open().plan(["2B"], {"2B": proposal.adjustments}))
    (row,) = told(command, "takes", "2B", film.path, "--diff", 2, 3)["rows"]
    assert (row["group"], row["b"]) == ("references", "ada.png")
    told(command, "approve", "2B", film.path, "--take", 3)
    told(command, "adopt", "2B", film.path)
    assert "references:" in film.document.read_text("utf-8")
    assert told(command, "plan", film.path)["to_render"] == 0


def test_a_retake_is_planned_once_before_it_is_asked_for_and_once_after(film, monkeypatch):
    planned = []
    plan_film = production.plan_film

    def counted(*given, **more):
        planned.append(more.get("alternatives"))
        return plan_film(*given, **more)

    monkeypatch.setattr(production, "plan_film", counted)
    proposal = propose(Meant.of(film.open(), "2B"), Asked(seed=5))
    proposal.radius()
    proposal.ask("ada")
    assert stands_as_decided(proposal.after[0])
    assert planned == [None, {"2B": proposal.adjustments}]
    again = film.open()
    assert again.plan((), {"2B": proposal.adjustments}) == proposal.after[1]


def test_a_film_that_is_opened_again_is_read_when_its_document_has_changed(film, monkeypatch):
    read = []
    opened = reopening.open_production
    monkeypatch.setattr(reopening, "open_production", lambda *given: read.append(1) or opened(*given))
    again, settings = ReopenedFilm(film.path), settings_in(film.path.parent)
    assert again.open(settings).plan() == film.open().plan()
    deciding.omit(Meant.of(film.open(), "2A"), "ada")
    assert again.open(settings).plan() == film.open().plan()
    assert len(read) == 1
    film.change("id: 2B\n", "id: 2B\n    action: Another slate.\n")
    assert again.open(settings).plan() == film.open().plan()
    assert len(read) == 2


def without_prefect(monkeypatch):
    """A run is only rendered, in a flow run that nobody hears of."""
    monkeypatch.setattr(flows, "flow_run", SimpleNamespace(id=str(uuid4())))
    monkeypatch.setattr(
        flows, "run_flow", lambda run: flows._render(run, run.production.material(run.plan), run.client, None)
    )


def test_a_retake_is_asked_of_the_farm_as_what_a_person_waits_for(film, monkeypatch):
    proposal = propose(Meant.of(film.open(), "2B"), Asked(seed=5))
    decision = proposal.ask("ada")
    asked: list[ProductionOrder] = []
    monkeypatch.setattr(flows, "render_missing", lambda order, *_: asked.append(order) or (_ for _ in ()))
    without_prefect(monkeypatch)
    run_decided(film.open(), decision, Nobody(), film=False, at_hand=AtHand(None, None))
    (order,) = asked
    assert order.waited_for
    assert [request.shot for request in order.requests] == ["2B"]


def test_the_farm_is_let_go_of_when_a_run_is_stopped_wherever_it_is(film, monkeypatch):
    """The error that ends it keeps the frames of all that followed the farm: none of it ends by itself."""
    decision = propose(Meant.of(film.open(), "2B"), Asked(seed=5)).ask("ada")
    told = []

    def following(*_):
        try:
            yield Update((), {})
            told.append("went on")
        finally:
            told.append("let go")

    class Stopped(Nobody):
        def rendering(self, update):
            raise KeyboardInterrupt

    monkeypatch.setattr(flows, "render_missing", following)
    without_prefect(monkeypatch)
    with pytest.raises(KeyboardInterrupt) as stopped:
        run_decided(film.open(), decision, Stopped(), film=False, at_hand=AtHand(None, None))
    assert stopped.value.__traceback__ is not None
    assert told == ["let go"]


def test_a_take_is_changed_as_a_note_says_and_its_rest_is_kept(film):
    renderers = {"draft": {"backend": "slate"}, "far": {"backend": "runway"}}
    text = film.document.read_text("utf-8")
    film.document.write_text(text + yaml.safe_dump({"renderers": renderers, "renderer": "draft"}), "utf-8")
    production = open_production(film.path, load_settings(home=film.path / "home"))
    meant = Meant.of(production, "2B")
    clip = production.takes.find(meant.planned_shot.digest).files["clip.mp4"].sha256
    assert {one.name: one.changes_takes for one in askable(meant).renderers} == {"draft": False, "far": True}
    night = Asked(text="Make it night.", keep_rest=True, renderer="far")
    proposal = propose(meant, night)
    (adjustment,) = proposal.adjustments
    name = adjustment.options["runway"]["change"]
    assert adjustment.options == {"runway": {"change": name, "change_to": "Make it night."}}
    after, plan = proposal.after
    (asked,) = [shot for shot in plan.missing if shot.shot == "2B"]
    assert (asked.spec.backend, asked.spec.given[name].sha256) == ("runway", clip)
    publish_references(after.material(plan), after.store)
    assert sha256_of(after.store.kept_file(clip)) == clip
    (one,) = outside([asked], after.choices, PriceList())
    assert (one.what, one.credits) == (("words", "an earlier take"), None)
    priced = PriceList("EUR", (), (ServicePrice("Runway", None, (("aleph2", 1500, None),)),))
    assert outside([asked], after.choices, priced)[0].credits == round(1500 * asked.spec.seconds)
    for wrong, words in (
        (replace(night, renderer=None), "the backend slate makes takes anew"),
        (replace(night, text=" "), "what is to be different"),
    ):
        with pytest.raises(UsageError, match=words):
            propose(meant, wrong)
