"""What a browser is told by the Prefect page of the standing farm."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.support.pipeline.slate_films import Shotfarm
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(standing: Shotfarm) -> httpx.Client:
    """Whoever opens the page."""
    port = json.loads((standing.home / "farm.json").read_bytes())["prefect_port"]
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S, follow_redirects=True)


def test_the_page_is_sent_to_the_api_of_its_own_server(page):
    told = page.get("/ui-settings").json()
    assert told["api_url"] == f"{page.base_url}/api".replace("//api", "/api")
    assert told["auth"] == "BASIC"


def test_the_login_that_is_printed_opens_the_api_that_the_page_is_sent_to(page, standing):
    printed = standing("farm", "up").stdout
    login = printed.split("user and password: ")[1].split(")")[0]
    user, password = login.split(":")
    api = page.get("/ui-settings").json()["api_url"]
    assert httpx.get(f"{api}/admin/version", timeout=PATIENCE_S).status_code == 401
    assert httpx.get(f"{api}/admin/version", auth=(user, password), timeout=PATIENCE_S).status_code == 200


def test_the_page_is_told_to_report_nothing(page, standing):
    password = json.loads((standing.home / "farm.json").read_bytes())["prefect_password"]
    told = page.get("/api/admin/settings", auth=("shotfarm", password)).json()["server"]
    assert told["analytics_enabled"] is False
    assert told["ui"]["show_promotional_content"] is False


def test_the_page_that_opens_holds_no_analytics(page):
    """The newer page of Prefect asks an analytics host for its configuration as soon as it loads."""
    first = page.get("/", headers={"Accept": "text/html"})
    assert first.status_code == 200
    assert "/v2" not in first.text
    assert page.get("/ui-settings").json()["default_ui"] == "v1"


@pytest.mark.parametrize("path", ["/", "/v2/", "/ui-settings", "/login", "/runs"])
def test_the_browser_is_told_to_call_no_other_host(page, path):
    policy = page.get(path, headers={"Accept": "text/html"}).headers["content-security-policy"]
    words = {word for rule in policy.split(";") for word in rule.split()[1:]}
    hosts = {word for word in words if not word.startswith("'") and word not in {"data:", "blob:"}}
    assert {host.split("://")[1] for host in hosts} == {f"127.0.0.1:{page.base_url.port}"}
    assert policy.startswith("default-src 'self'")


def test_a_person_logs_in_and_sees_the_run_its_shots_its_words_and_its_artifacts(standing, finished, visit):
    known = json.loads((standing.home / "farm.json").read_bytes())
    own, password = f"127.0.0.1:{known['prefect_port']}", known["prefect_password"]
    runs = httpx.post(
        f"http://{own}/api/flow_runs/filter", json={}, auth=("shotfarm", password), timeout=PATIENCE_S
    ).json()
    (run,) = (one["id"] for one in runs if one["parameters"].get("film") == str(finished / "film.yaml"))

    page = visit.page
    page.goto(f"http://{own}/")
    page.get_by_placeholder("admin:pass").fill(f"shotfarm:{password}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"http://{own}/dashboard")
    page.goto(f"http://{own}/runs")
    page.get_by_role("link", name="Six Slates").first.wait_for()

    page.goto(f"http://{own}/runs/flow-run/{run}")
    for words in ("shot 2C is to be rendered", "shot 2C rendered", "the film is there"):
        page.get_by_text(words).first.wait_for()
    page.get_by_text("Task Runs", exact=True).first.click()
    for shot in ("1A", "2C"):
        page.get_by_text(f"shot {shot} of scene {shot[0]}").first.wait_for()
    page.get_by_text("Artifacts", exact=True).last.click()
    page.get_by_text("The finished film").first.wait_for()
    page.get_by_text("Takes of Six Slates").first.wait_for()

    assert visit.hosts() == {own}, "it asks its own server and nobody else"
    assert visit.csp_violations == []
