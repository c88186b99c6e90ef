"""The pages of people in a browser: signing in, a client by a link, signing out."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest

from pipeline.review.app import review_app
from pipeline.web.roles import Role
from pipeline.web.serving import listening, server_of
from tests.support.pipeline.people import HERE, PASSWORD, Clock, Studio, studio
from tests.support.pipeline.review_films import answering

pytestmark = pytest.mark.slow


@pytest.fixture
def studio_here(two_films, tmp_path):
    """An application on this machine's own address, so that a browser reaches it without a certificate."""
    with contextlib.ExitStack() as kept:
        made: Studio = kept.enter_context(studio(tmp_path / "home", two_films, public=None, clock=Clock()))
        at = kept.enter_context(contextlib.closing(listening("127.0.0.1", 0)))
        made.door = dataclasses.replace(made.door, port=at.getsockname()[1])
        kept.enter_context(answering(server_of(review_app(made.films, made.door)), at))
        yield made


def fetched(page, method, path, body="{}"):
    """The status of what a page of ours asks."""
    return page.evaluate(
        """([method, path, body]) => fetch(path, {
            method, body, headers: {'X-Shotfarm': '1', 'Content-Type': 'application/json'},
        }).then((answer) => answer.status)""",
        [method, path, None if method == "GET" else body],
    )


def test_somebody_signs_in_shares_a_film_and_signs_out(studio_here, visits):
    """One story in two browsers: a wrong and a right password, a link, what its client cannot do."""
    studio_here.add("Ada", Role.PRODUCER)
    mine = visits.open()
    page = mine.page
    page.goto(f"{studio_here.door.address}/?shot=2A")
    page.wait_for_url("**/login?to=*")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill("wrong words here")
    page.keyboard.press("Enter")
    page.get_by_text("The name or the password is wrong.").wait_for()
    page.keyboard.type(PASSWORD)  # over the wrong one, which is selected
    page.keyboard.press("Enter")
    page.wait_for_url("**/?shot=2A*")
    page.wait_for_selector("review-screen")

    page.goto(f"{studio_here.door.address}/account#people")
    links = page.locator("#links-for-review")
    links.get_by_label("Whom it is for").fill("The client")
    links.get_by_role("button", name="Make a link").click()
    url = links.locator(".once code").inner_text()

    theirs = visits.open()
    guest = theirs.page
    guest.goto(url)
    guest.get_by_role("heading", name="For Review").wait_for()
    assert "#" not in guest.url
    guest.get_by_label("Your name").fill("Bob")
    guest.keyboard.press("Enter")
    guest.wait_for_selector("review-screen")
    assert (
        guest.evaluate("fetch('/api/me').then((a) => a.json()).then((me) => me.name)") == "Bob (The client)"
    )
    assert fetched(guest, "GET", "/api/films/secret") == 404
    assert fetched(guest, "POST", "/api/films/for-review/links", '{"name": "x"}') == 403
    assert fetched(guest, "GET", "/api/people") == 403

    links.get_by_role("button", name="End it").click()
    links.get_by_role("button", name="End it now?").click()
    links.get_by_text("ended on").wait_for()
    guest.reload()
    guest.get_by_role("heading", name="This link has ended").wait_for()

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/login")
    page.goto(studio_here.door.address)
    page.wait_for_url("**/login")
    assert mine.csp_violations + theirs.csp_violations == []
    assert [kind for kind, *_ in studio_here.trail()] == [
        "added person", "wrong password", "signed in", "shared", "opened link", "refused", "refused",
        "unshared", "signed out",
    ]  # fmt: skip


def test_the_page_waits_after_too_many_tries_and_counts_down(studio_here, visits):
    studio_here.add("Ada")
    for _ in range(5):
        studio_here.desk.tries.begin("ada", "127.0.0.1")
    page = visits.open().page
    page.clock.install(time=0)
    page.goto(f"{studio_here.door.address}/login?to=https://evil.example/")
    page.clock.pause_at(60)  # it counts no further than somebody has looked
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Too many tries").wait_for()
    assert page.get_by_role("button").is_disabled()
    page.clock.resume()
    studio_here.clock.pass_(seconds=2)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{studio_here.door.address}/")


def test_links_that_open_nothing_say_so(studio_here, visits):
    key = studio_here.desk.key("for-review")
    link, text = studio_here.desk.links.share(key, "For Review", name="Client", days=1, source=HERE)
    studio_here.desk.links.unshare(link.id, HERE)
    page = visits.open().page
    for given, words in (("forged", "This link is not valid"), (text, "This link has ended")):
        page.goto(f"{studio_here.door.address}/share#{given}")
        page.get_by_role("heading", name=words).wait_for()
    page.goto(f"{studio_here.door.address}/share")
    page.get_by_role("heading", name="This link is not whole").wait_for()


def test_the_page_of_the_api_lists_every_operation(studio_here, visits):
    studio_here.add("Ada")
    mine = visits.open()
    page = mine.page
    page.goto(f"{studio_here.door.address}/login?to=/api/docs")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".operation")
    told = page.evaluate("fetch('/api/openapi.json').then((answer) => answer.json())")
    assert page.locator(".operation").count() == sum(len(methods) for methods in told["paths"].values())
    page.get_by_placeholder("Find").fill("post session")
    page.locator(".operation:visible summary").first.click()
    page.get_by_role("heading", name="Sent").wait_for()
    assert "password: string" in page.locator(".operation[open] pre").first.inner_text()
    assert mine.csp_violations == []
    assert mine.hosts() == {f"127.0.0.1:{studio_here.door.port}"}
