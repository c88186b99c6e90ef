"""A call is paid once, whatever happens between its sending and its result."""

from __future__ import annotations

import random
import threading

import pytest

from farm.backend.protocol import BrokenError, Cancelled
from farm.backends.hosted.gate import Gate
from farm.backends.hosted.service import Away, Expired, NotTaken, Report, TaskState, Unheard
from farm.backends.hosted.tickets import read_tickets
from farm.takes.quality import QualityError
from storyboard.errors import FarmError, UsageError
from tests.support.farm.hosted_calls import FastClock, Killed, ScriptedService, TakeContext, call, desk
from tests.support.waiting import until


@pytest.fixture
def path(tmp_path):
    return tmp_path / "result"


def test_a_call_is_sent_once_and_its_result_brought_here(path):
    service, context = ScriptedService(), TakeContext()
    desk(service, context).result(call(), path)
    assert path.read_text() == "task-1/result"
    assert [*service.tasks] == ["task-1"]
    told = context.notes["hosted"]["video"]
    assert (told["task"], told["credits"], told["request"]) == ("task-1", 5.0, {"promptText": "A harbour."})
    assert context.notes["reproducible"] is False


def test_what_a_task_costs_is_told_once_when_it_is_taken_on_and_then_what_it_was_charged(path):
    service, context = ScriptedService(), TakeContext()
    service.on_look += [Report(TaskState.RUNNING, credits=700), RuntimeError("killed here")]
    with pytest.raises(RuntimeError):
        desk(service, context).result(call(), path)
    desk(service, context).result(call(), path)
    assert [hundredths for _, hundredths, _ in context.fees] == [600, 100, -200]
    assert {(name, usd) for name, _, usd in context.fees} == {("Scripted", "0.01")}


def test_the_ticket_is_in_the_store_before_anything_is_sent_and_the_task_before_it_is_waited_for(path):
    service, context = ScriptedService(), TakeContext()
    service.before_send.append(RuntimeError("stop here"))
    with pytest.raises(RuntimeError):
        desk(service, context).result(call(), path)
    (ticket,) = read_tickets(context.kept_state()).values()
    assert (ticket.task, ticket.credits) == (None, 600)
    service.on_look.append(RuntimeError("stop here"))
    context = TakeContext()
    with pytest.raises(RuntimeError):
        desk(service, context).result(call(), path)
    (ticket,) = read_tickets(context.kept_state()).values()
    assert ticket.task == "task-1"
    assert ticket.taken_at is not None


@pytest.mark.parametrize("after_s", [None, 7.0, 0.0])
def test_a_limit_is_waited_for_as_long_as_its_headers_say_and_costs_no_try(path, after_s):
    service, clock = ScriptedService(looks=0), FastClock()
    service.before_send += [NotTaken("too many requests", after_s)] * 3
    began = clock.now
    desk(service, TakeContext(), clock).result(call(), path)
    waited = clock.now - began - service.look_every_s
    assert waited == pytest.approx({None: 1 + 2 + 4, 7.0: 21.0, 0.0: 0.0}[after_s])
    assert len(service.tasks) == 1


def test_a_service_that_is_down_holds_the_shot_for_as_long_as_it_is(path):
    service, clock = ScriptedService(), FastClock()
    service.before_send += [NotTaken("503")] * 40
    service.on_look += [Away("no route to host")] * 40
    service.on_fetch += [Away("502")] * 5
    desk(service, TakeContext(), clock).result(call(), path)
    assert len(service.tasks) == 1
    assert clock.now - 1_000_000 > 60 * 60


def test_an_answer_that_was_lost_is_asked_for_under_the_key(path):
    service = ScriptedService()
    service.after_send.append(Unheard())
    service.on_find.append(Away("still away"))
    desk(service, TakeContext()).result(call(), path)
    assert [*service.tasks] == ["task-1"]


def test_what_was_not_taken_on_when_the_answer_was_lost_is_sent_again_under_the_same_key(path):
    service = ScriptedService()
    service.before_send.append(Unheard())
    context = TakeContext()
    desk(service, context).result(call(), path)
    kept = {ticket.key for state in context.states for ticket in read_tickets(state).values()}
    assert {*service.tasks.values()} == kept
    assert len(kept) == 1


def test_a_request_that_is_on_its_way_still_when_it_is_asked_for_is_not_sent_again(path):
    class Late(ScriptedService):
        """It hears of a request some time after it was sent."""

        def find(self, one, key):
            heard = clock.time() > sent_at + 1.5
            return super().find(one, key) if heard else None

    service, context, clock = Late(), TakeContext(), FastClock()
    service.before_send += [NotTaken("too many requests", 60.0)]
    service.after_send.append(Killed())
    with pytest.raises(Killed):
        desk(service, context, clock).result(call(), path)
    sent_at = clock.time()
    desk(service, context, clock).result(call(), path)
    assert [*service.tasks] == ["task-1"]


def test_a_request_that_went_long_after_its_ticket_was_written_is_waited_for_as_long(path):
    class Slow(ScriptedService):
        """What it is sent takes half a minute to go, and it hears of it some time later."""

        def send(self, one, key):
            clock.sleep(30)
            self.went_at = clock.time()
            return super().send(one, key)

        def find(self, one, key):
            return super().find(one, key) if clock.time() > self.went_at + 1.5 else None

    service, clock = Slow(), FastClock()
    service.after_send.append(Unheard())
    desk(service, TakeContext(), clock).result(call(), path)
    assert [*service.tasks] == ["task-1"]


def test_a_service_that_cannot_tell_fails_the_shot_plainly_and_is_paid_again_only_when_allowed(path):
    service, context = ScriptedService(tells=False), TakeContext()
    service.after_send.append(Unheard())
    for _ in range(3):
        with pytest.raises(FarmError, match="may have taken it on and charged") as told:
            desk(service, context).result(call(), path)
        assert "pay_again" in (told.value.hint or "")
    assert len(service.tasks) == 1
    desk(service, context, pay_again=True).result(call(), path)
    assert len(service.tasks) == 2
    assert context.notes["hosted"]["video"]["perhaps_paid_before"] == 1


def test_what_was_refused_is_not_sent_again_in_the_same_words(path):
    service, context = ScriptedService(), TakeContext()
    service.on_look.append(Report(TaskState.REFUSED, words="SAFETY.INPUT.TEXT: no weapons"))
    for _ in range(3):
        with pytest.raises(QualityError, match="no weapons"):
            desk(service, context).result(call(), path)
    assert len(service.tasks) == 1
    desk(service, context).result(call(body={"promptText": "Flowers."}), path)
    assert len(service.tasks) == 2


def test_what_a_service_failed_for_nothing_is_tried_again_as_any_failure(path):
    service, context = ScriptedService(), TakeContext()
    service.on_look.append(Report(TaskState.FAILED, words="INTERNAL: out of order"))
    with pytest.raises(BrokenError, match="out of order"):
        desk(service, context).result(call(), path)
    desk(service, context).result(call(), path)
    assert len(service.tasks) == 2


def test_a_dead_link_is_looked_up_anew(path):
    service = ScriptedService()
    service.on_fetch += [Expired(), Expired()]
    desk(service, TakeContext()).result(call(), path)
    assert service.fetched == 1
    assert len(service.tasks) == 1


def test_a_result_that_is_lost_is_said_and_not_paid_again_unasked(path):
    service, context = ScriptedService(), TakeContext()
    service.on_fetch += [Expired()] * 3
    with pytest.raises(FarmError, match="every link to it is dead"):
        desk(service, context).result(call(), path)
    service.on_look.append(Report(TaskState.UNKNOWN))
    with pytest.raises(FarmError, match="knows nothing of task task-1"):
        desk(service, context).result(call(), path)
    assert len(service.tasks) == 1
    service.on_look.append(Report(TaskState.UNKNOWN))
    desk(service, context, pay_again=True).result(call(), path)
    assert len(service.tasks) == 2


def test_what_a_person_has_to_mend_fails_at_once(path):
    service, context = ScriptedService(), TakeContext()
    service.before_send.append(UsageError("no such ratio"))
    with pytest.raises(UsageError, match="no such ratio"):
        desk(service, context).result(call(), path)


def test_a_call_that_was_called_wrong_can_be_sent_again(path):
    service, context = ScriptedService(tells=False), TakeContext()
    service.before_send.append(UsageError("no such ratio"))
    with pytest.raises(UsageError):
        desk(service, context).result(call(), path)
    desk(service, context).result(call(), path)
    assert len(service.tasks) == 1


def test_who_is_killed_while_a_limit_is_waited_for_leaves_nothing_that_may_have_been_paid(path):
    service, context = ScriptedService(tells=False), TakeContext()
    service.before_send += [NotTaken("too many requests", 60.0), Killed()]

    class Killing(FastClock):
        def sleep(self, seconds):
            raise Killed

    with pytest.raises(Killed):
        desk(service, context, Killing()).result(call(), path)
    service.before_send.clear()
    desk(service, context).result(call(), path)
    assert len(service.tasks) == 1


def test_cancelling_withdraws_the_task_and_the_next_one_who_asks_sends_it_anew(path):
    service, context = ScriptedService(looks=10), TakeContext()
    context.cancel_after = 3
    with pytest.raises(Cancelled):
        desk(service, context).result(call(), path)
    assert service.withdrawn == ["task-1"]
    context.cancel_after = None
    desk(service, context).result(call(), path)
    assert [*service.tasks] == ["task-1", "task-2"]


def test_a_task_that_has_ended_is_not_withdrawn_but_fetched_by_who_asks_next(path):
    service, context = ScriptedService(looks=0), TakeContext()
    context.cancel_after = 1
    with pytest.raises(Cancelled):
        desk(service, context).result(call(), path)
    assert service.withdrawn == []
    context.cancel_after = None
    desk(service, context).result(call(), path)
    assert [*service.tasks] == ["task-1"]


def test_a_worker_that_is_wanted_elsewhere_leaves_the_task_to_whoever_goes_on(path):
    service, context = ScriptedService(), TakeContext()

    def kept():
        if context.wants_state:
            context.cancel_after = 0

    context.on_keep = kept
    context.wants_state = True
    with pytest.raises(Cancelled):
        desk(service, context).result(call(), path)
    context.wants_state, context.cancel_after = False, None
    desk(service, context).result(call(), path)
    assert service.withdrawn == []
    assert len(service.tasks) <= 1


def test_no_more_tasks_of_an_account_are_with_the_service_than_it_has_places(tmp_path):
    gate, most, now, lock = Gate(), 0, 0, threading.Lock()

    class Counting(ScriptedService):
        def send(self, one, key):
            nonlocal most, now
            with lock:
                now += 1
                most = max(most, now)
            return super().send(one, key)

        def look(self, task):
            nonlocal now
            report = super().look(task)
            if report.state is TaskState.DONE:
                with lock:
                    now -= 1
            return report

    def work(number):
        desk(Counting(looks=3), TakeContext(), gate=gate, places=3).result(call(), tmp_path / str(number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most <= 3
    assert gate.held == 0


def test_who_waits_for_a_place_notices_that_nobody_wants_the_shot(path):
    gate = Gate()
    gate.enter_at_once()
    service, context = ScriptedService(), TakeContext()
    raised = []

    def work():
        try:
            desk(service, context, gate=gate, places=1).result(call(), path)
        except Cancelled as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    context.cancel_after = 0
    until(lambda: raised, "it is noticed")
    thread.join()
    assert not service.tasks
    assert gate.held == 1


@pytest.mark.parametrize("tells", [True, False], ids=["tells by key", "cannot tell"])
def test_of_two_hundred_random_kills_none_pays_twice(path, tells):
    dice = random.Random(16)
    kills = plain = 0
    while kills < 200:
        service, context = ScriptedService(tells=tells), TakeContext()

        def perhaps_killed():
            nonlocal kills
            if dice.random() < 0.3:
                kills += 1
                raise Killed

        context.on_keep = perhaps_killed
        while True:
            for script in (service.before_send, service.after_send, service.on_look, service.on_fetch):
                script[:] = [Killed()] if dice.random() < 0.15 else []
            scripted = sum(map(len, (service.before_send, service.after_send, service.on_look)))
            try:
                desk(service, context).result(call(), path)
                break
            except Killed:
                left = sum(map(len, (service.before_send, service.after_send, service.on_look)))
                kills += scripted - left
            except FarmError as error:
                if tells or "may have taken it on" not in error.message:
                    raise
                plain += 1  # it alone has no way to know
                break
        assert len(service.tasks) <= 1
    assert tells or plain
