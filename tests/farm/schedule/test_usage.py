"""Every second of a worker is counted once, for what it was good for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from farm.schedule.states import AttemptState, FailureKind
from farm.schedule.usage import MOST_TITLES, OTHERS, Accounts, Held, Purpose


def test_time_goes_to_the_attempt_that_holds_the_worker_and_is_named_at_its_end():
    books = Accounts()
    books.look(0, {"w": Held(Purpose.LOADING, 2)})
    books.began(1, "Film")
    books.look(5, {"w": Held(1, 2)})
    books.look(8, {"w": Held(1, 2)})
    assert books.seconds == {("", "loading"): 5}
    books.look(15, {"w": Held(Purpose.IDLE, 2)})
    books.ended(1, AttemptState.FAILED, FailureKind.QUALITY)
    books.look(16, {})
    books.look(100, {})
    assert books.seconds == {("", "loading"): 5, ("Film", "rejected"): 10, ("", "idle"): 1}
    assert books.gpu_seconds == {key: 2 * value for key, value in books.seconds.items()}
    assert books.attempts == {("Film", "failed", "quality"): 1}


def test_an_attempt_that_is_written_beside_the_next_one_holds_nothing():
    books = Accounts()
    for token in (1, 2):
        books.began(token, "Film")
    books.look(0, {"w": Held(1)})
    books.look(4, {"w": Held(2)})
    books.look(6, {"w": Held(2)})
    books.ended(1, AttemptState.DONE)
    assert books.seconds == {("Film", "accepted"): 4}
    books.look(9, {})
    books.ended(2, AttemptState.LOST)
    assert books.seconds == {("Film", "accepted"): 4, ("Film", "lost"): 5}


moments = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.dictionaries(
            st.sampled_from("abc"),
            st.one_of(st.sampled_from([Purpose.IDLE, Purpose.LOADING]), st.integers(1, 4)),
        ),
    ),
    max_size=12,
)


@given(
    moments,
    st.lists(
        st.sampled_from([one for one in AttemptState if one is not AttemptState.RENDERING]),
        min_size=4,
        max_size=4,
    ),
)
def test_the_sum_of_all_purposes_is_the_time_that_workers_were_there(history, ends):
    books = Accounts()
    for token in range(1, 5):
        books.began(token, f"film {token % 2}")
    now, there, before = 0, 0, 0
    for passed, workers in [*history, (0, {})]:
        now += passed
        there += passed * before
        books.look(now, {name: Held(by, 1) for name, by in workers.items()})
        before = len(workers)
    for token, how in enumerate(ends, 1):
        books.ended(token, how)
    assert sum(books.seconds.values()) == sum(books.gpu_seconds.values()) == there
    assert sum(books.attempts.values()) == 4


def test_a_worker_that_is_looked_at_by_itself_has_its_time_counted_once_like_the_others():
    books = Accounts()
    books.began(1, "Film")
    books.look(0, {"w": Held(1), "other": Held(Purpose.IDLE)})
    books.look_at(3, "w", Held(Purpose.IDLE))
    books.ended(1, AttemptState.DONE)
    books.look_at(4, "new", Held(Purpose.LOADING))
    books.look(10, {})
    assert books.seconds == {("Film", "accepted"): 3, ("", "idle"): 7 + 10, ("", "loading"): 6}


def test_an_attempt_that_is_not_known_counts_for_nothing():
    books = Accounts()
    books.look(0, {"w": Held(7)})
    books.look(3, {})
    books.ended(7, AttemptState.DONE)
    assert (dict(books.attempts), dict(books.seconds)) == ({}, {})


def test_there_are_no_more_labels_than_a_prometheus_can_bear():
    books = Accounts()
    for token in range(MOST_TITLES + 10):
        books.began(token, f"film {token}")
    for token in range(MOST_TITLES + 10):
        books.ended(token, AttemptState.DONE)
    assert len(books.attempts) == MOST_TITLES + 1
    assert books.attempts[OTHERS, AttemptState.DONE, ""] == 10
    assert books.label("film 3") == "film 3"


def test_a_new_production_takes_the_name_of_the_one_that_has_rendered_nothing_for_longest():
    books = Accounts()
    for token in range(MOST_TITLES):
        books.began(token, f"film {token}")
        if token != 1:
            books.ended(token, AttemptState.DONE)
    books.began(100, "film 0")
    books.ended(100, AttemptState.DONE)
    books.began(101, "the latest")
    books.ended(101, AttemptState.DONE)
    done = {title for title, *_ in books.attempts}
    assert len(done) == MOST_TITLES - 1, "film 1 has not ended anything"
    assert {"film 0", "the latest"} <= done, "film 0 began again"
    assert "film 2" not in {title for book in (books.attempts, books.seconds) for title, *_ in book}
    assert books.label("film 1") == "film 1", "it is rendering"
