"""The strip and the picture do no more than they must, and the page's own thread little of it."""

from __future__ import annotations

from tests.support.pipeline.review_films import STARTS, Watching

_STRIP = "document.querySelector('shot-strip')"
_APP = "document.querySelector('review-app')"
_TOUCHED = f"""(change) => {{
    const strip = {_STRIP};
    const app = {_APP};
    const seen = new MutationObserver(() => {{}});
    seen.observe(strip.row, {{ subtree: true, childList: true, attributes: true, characterData: true }});
    if (change === 'nothing') strip.show(app.film, app.paths, strip.listed, '');
    if (change === 'live') {{
        strip.setLive({{ '1B': {{ state: 'rendering', progress: 0.5, digest: '', picture: 0 }} }});
    }}
    if (change === 'take') {{
        const like = Object.create(Object.getPrototypeOf(app.film));
        const film = Object.assign(like, structuredClone({{ ...app.film }}));
        film.shots[2].takes.find((take) => take.in_cut).first += 3;
        strip.show(film, app.paths, strip.listed, '');
    }}
    const elements = seen.takeRecords().map(({{ target }}) => target.parentElement && (target.tagName ? target
        : target.parentElement));
    const places = elements.map((one) => one.closest('.shot') ?? one);
    return [...new Set(places.map((one) => one.dataset?.shot ?? one.className))];
}}"""


def stills_are_there(watching):
    there = f"{_STRIP}.querySelectorAll('.shot:not([hidden]) img.there').length"
    watching.visit.sees(
        lambda: watching.visit.page.evaluate(there) == len(STARTS), "every shot has its still"
    )


def test_what_stays_the_same_in_the_strip_is_left_as_it_is(watching):
    watching.open()
    stills_are_there(watching)
    assert watching.visit.page.evaluate(_TOUCHED, "nothing") == []
    assert watching.visit.page.evaluate(_TOUCHED, "live") == ["1B"]
    still = f"{_STRIP}.querySelector('[data-shot=\"2A\"] img').src"
    before = watching.visit.page.evaluate(still)
    watching.visit.page.evaluate(_TOUCHED, "take")
    watching.visit.sees(
        lambda: watching.visit.page.evaluate(still) != before, "another take has another still"
    )


def test_few_stills_are_asked_for_at_once_so_that_the_picture_comes_first(visits, review):
    visit = visits.open()
    visit.context.add_init_script(
        """globalThis.most = 0;
        new MutationObserver(() => {
            const strip = document.querySelector('shot-strip');
            globalThis.most = Math.max(most, strip?.coming?.size ?? 0);
        }).observe(document, { subtree: true, childList: true, attributes: true });"""
    )
    watching = Watching(visit, review).open()
    stills_are_there(watching)
    assert 1 <= visit.page.evaluate("globalThis.most") <= 3


def test_pictures_are_painted_by_a_worker(watching):
    watching.open()
    watching.is_at(0)
    assert [worker.url.rpartition("/")[2] for worker in watching.visit.page.workers] == ["painting-worker.js"]
    assert watching.visit.csp_violations == []


def test_without_the_worker_they_are_painted_on_the_page(visits, review):
    visit = visits.open()
    visit.context.add_init_script("delete globalThis.Worker")
    watching = Watching(visit, review).open("&shot=1A")
    watching.is_at(0)
    painted = watching.picture()
    other = Watching(visits.open(), review).open("&shot=1A")
    other.is_at(0)
    assert (painted == other.picture()).all()
    assert visit.page.workers == []
    assert visit.console_errors == []


def test_a_worker_that_cannot_be_had_is_done_without_and_a_late_picture_is_told(visits, review):
    visit = visits.open()
    visit.context.route("**/painting-worker.js", lambda route: route.abort())
    held = []
    visit.context.route("**/groups/*", lambda route: held.extend([route]))
    watching = Watching(visit, review)
    visit.page.goto(review.url)
    late = "document.querySelector('review-screen')?.classList.contains('late')"
    visit.sees(lambda: visit.page.evaluate(late), "it says that the picture is waited for")
    visit.context.unroute("**/groups/*")
    for route in held:
        route.continue_()
    visit.sees(lambda: watching.screen("state") == "shown", "it is there")
    visit.sees(lambda: not visit.page.evaluate(late), "nothing is waited for")
    watching.seek(60)
    watching.is_at(60)
    assert watching.picture().any()
    assert watching.player("painted") == 60
