"""Slates: what they can say, what is said of mistakes and where, and what their productions come to."""

from __future__ import annotations

import csv
import json
import sqlite3
import time
from pathlib import Path

import pytest
import sqlalchemy
import yaml

from pipeline.batches import films, rows
from pipeline.batches.plan import SlatePlan, plan_slate
from pipeline.batches.slate import load_slate
from pipeline.production.open import open_production
from pipeline.settings import load_settings
from storyboard.document.values import Given
from storyboard.errors import DocumentError, UsageError
from storyboard.planning import resolve as resolving
from tests.support.pipeline.postgres import PASSWORD, postgres_server, program
from tests.support.pipeline.slate_films import Shotfarm, six_slates, write_film


def film_for_somebody() -> dict:
    film = six_slates()
    film["title"] = "For {{ who }}"
    film["parameters"] = {
        "who": {"type": "text", "default": "all", "max_length": 40},
        "lang": {"type": "choice", "choices": ["en", "de"], "default": "en"},
    }
    film["language"] = "{{ lang }}"
    film["scenes"][1]["shots"][0]["action"] = "A slate for {{ who }}."
    film["renderers"] = {"draft": {"backend": "slate"}}
    return film


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_film(tmp_path / "f", film_for_somebody())
    return tmp_path


def slate(folder: Path, *entries: dict, **more) -> Path:
    path = folder / "slate.yaml"
    path.write_text(
        yaml.safe_dump({"productions": [{"film": "f", **one} for one in entries], **more}, sort_keys=False)
    )
    return path


def planned(folder: Path, *entries: dict, only: tuple[str, ...] = ()) -> SlatePlan:
    return plan_slate(load_slate(slate(folder, *entries)), load_settings(backend="slate"), only)


def refused(folder: Path, *entries: dict) -> str:
    with pytest.raises(DocumentError) as caught:
        planned(folder, *entries)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_a_matrix_makes_a_production_of_each_combination_and_shares_what_is_alike(folder):
    plan = planned(folder, {"matrix": {"who": ["Ana", "Bo"], "lang": ["en", "de"]}})
    assert [one.name for one in plan.productions] == [
        "out/f-ana-en",
        "out/f-ana-de",
        "out/f-bo-en",
        "out/f-bo-de",
    ]
    assert [one.title for one in plan.productions] == ["For Ana", "For Ana", "For Bo", "For Bo"]
    assert plan.productions[1].values == {"who": "Ana", "lang": "de"}
    assert (plan.shots, plan.unique, plan.there) == (24, 6 + 2, 0)
    assert len({take for one in plan.productions for take in one.takes}) == plan.unique


def test_what_is_planned_is_what_the_film_alone_would_be_with_these_values(folder):
    plan = planned(folder, {"matrix": {"who": ["Ana"]}})
    given = {"who": Given("Ana", "--set who")}
    alone = open_production(folder / "f", load_settings(backend="slate"), given).plan()
    assert [digest for _, digest in plan.productions[0].takes] == [shot.digest for shot in alone.shots]
    assert plan.work_s == pytest.approx(alone.estimate_s)


def test_combinations_are_left_out_and_added(folder):
    matrix = {"who": ["Ana", "Bo"], "lang": ["en", "de"]}
    plan = planned(
        folder, {"matrix": matrix, "exclude": [{"who": "Bo", "lang": "de"}], "include": [{"who": "Cem"}]}
    )
    assert [one.name for one in plan.productions] == [
        "out/f-ana-en",
        "out/f-ana-de",
        "out/f-bo-en",
        "out/f-cem",
    ]
    told = refused(folder, {"matrix": matrix, "exclude": [{"who": "Boo"}]})
    assert "productions[0].exclude[0]: no version of the matrix is like this" in told


def test_a_name_has_the_default_of_what_is_not_given(folder):
    plan = planned(
        folder, {"matrix": {"who": ["Ana"]}, "out": "{lang}/{who}.mp4"}, {"out": "{lang}/{who}.mp4"}
    )
    assert [one.name for one in plan.productions] == ["en/ana", "en/all"]


def test_an_entry_says_what_renders_it_where_it_goes_and_by_when(folder):
    plan = planned(
        folder,
        {
            "matrix": {"who": ["Ana"]},
            "renderer": "draft",
            "out": "films/{renderer}/{film} {who}.mp4",
            "deliverables": ["poster"],
            "priority": 5,
            "deadline": "2026-12-24T18:00:00+01:00",
            "values": {"lang": "de"},
        },
    )
    one = plan.productions[0]
    assert one.name == "films/draft/f ana"
    assert one.out == str(folder / "films/draft/f ana.mp4")
    assert (one.renderer, one.deliverables, one.priority) == ("draft", ("poster",), 5)
    assert one.deadline is not None
    assert one.deadline.isoformat() == "2026-12-24T18:00:00+01:00"
    assert one.values["lang"] == "de"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"matrx": {}}, 'slate.yaml:3:3: productions[0].matrx: unknown key "matrx"; did you mean "matrix"?'),
        ({"film": "g"}, 'slate.yaml:2:9: productions[0].film: there is no file "g" in the project folder'),
        ({"film": "../f"}, 'productions[0].film: "../f'),
        ({"backend": "slate", "renderer": "draft"}, "renderer and backend exclude each other"),
        ({"include": [{"who": "x"}]}, "productions[0].include: include goes with a matrix"),
        ({"matrix": {"who": []}}, "productions[0].matrix.who: the list is empty; it has at least 1"),
        (
            {"matrix": {"whom": ["x"]}},
            'slate.yaml:5:7: productions[0].matrix.whom[0]: no parameter is called "whom"; did you mean',
        ),
        (
            {"matrix": {"lang": ["en", "fr"]}},
            'slate.yaml:6:7: productions[0].matrix.lang[1]: "fr" is none of its choices',
        ),
        ({"values": {"who": "x" * 41}}, "productions[0].values.who: the text has 41 characters; at most 40"),
        ({"matrix": {"who": ["A"]}, "values": {"who": "B"}}, "who has a value for all versions already"),
        (
            {"matrix": {"who": ["Ana", "ana"]}},
            'two productions go to "out/f-ana.mp4": who "Ana" and who "ana"',
        ),
        (
            {"matrix": {"who": ["A", "B"]}, "out": "a.mp4"},
            "slate.yaml:7:8: productions[0].out: two productions go to",
        ),
        ({"out": "../a.mp4"}, 'productions[0].out: "../a.mp4" leads out of the slate\'s folder'),
        ({"out": "/a.mp4"}, "leads out of the slate's folder"),
        ({"out": "s3:/bucket/a.mp4"}, "leads out of the slate's folder"),
        ({"out": "http://host/a.mp4"}, 'nothing here writes to "http://"'),
        ({"out": "s3://bucket/../other/a.mp4"}, "leads elsewhere"),
        ({"out": "s3://a.mp4"}, "names no file in a bucket or on a server"),
        ({"out": "s3://bucket/a.mov"}, "is no film; it ends in .mp4"),
        ({"out": "a.mov"}, '"a.mov" is no film; it ends in .mp4'),
        (
            {"out": "{whom}.mp4"},
            'there is no value "whom" for the name; did you mean "who"? (there are: who, lang, film',
        ),
        ({"out": "{film.__class__}.mp4"}, 'there is no value "film.__class__"'),
        ({"out": "{film!r}.mp4"}, 'there is no value "film"'),
        ({"out": "{film.mp4"}, '"{film.mp4" is no pattern'),
        ({"deadline": "2026-12-24T18:00:00"}, "productions[0].deadline: "),
        ({"priority": "high"}, 'productions[0].priority: found "high" where a whole number is expected'),
        (
            {"deliverables": ["postr"]},
            'productions[0].deliverables: no deliverable is called "postr"; did you mean "po',
        ),
        ({"rows": "none.csv"}, 'productions[0].rows: there is no file "none.csv"'),
        (
            {"rows": {"file": "a.csv", "query": "x"}},
            "a table is a file (and a sheet), or a database and a query",
        ),
        (
            {"matrix": {"who": [*range(200)], "lang": [*range(200)]}},
            "these are 40,000 productions; a slate has at most",
        ),
    ],
)
def test_what_is_wrong_in_a_slate_is_told_at_its_line(folder, entry, message):
    assert message in refused(folder, entry)


def test_a_renderer_that_is_not_there_is_told_at_its_line(folder):
    told = refused(folder, {"renderer": "drat"})
    assert (
        'slate.yaml:3:13: productions[0].renderer: no renderer is called "drat"; did you mean "draft"' in told
    )
    assert "productions[0].backend: no backend is named 'slat'; did you mean \"slate\"" in refused(
        folder, {"backend": "slat"}
    )


def test_what_is_wrong_in_many_versions_is_told_once(folder):
    film = film_for_somebody()
    film["scenes"][0]["shots"][0]["size"] = "XX"
    write_film(folder / "f", film)
    told = refused(folder, {"matrix": {"who": [f"V{number}" for number in range(50)]}})
    assert told.count("\n") == 0
    assert 'scenes[0].shots[0].size: "XX" is not allowed here' in told


@pytest.mark.parametrize(
    "name", ["../../etc/x", "a/b", "..", "CON: |?*", "日本", "\u202eevil", "-rf", "<script>", "'; rm"]
)
def test_a_name_that_comes_from_a_value_stays_in_its_folder(folder, name):
    plan = planned(folder, {"matrix": {"who": [name]}, "out": "out/{who}.mp4"})
    one = plan.productions[0]
    out = Path(one.out)
    assert out.parent == folder / "out"
    assert out.name.isascii()
    assert one.values["who"] == name
    assert one.title == f"For {name}"


def test_results_go_behind_a_url_where_out_says_so(folder):
    there = {"matrix": {"who": ["../Ana", "b/c"]}, "out": "s3://films/spring/{who}.mp4"}
    assert [(one.name, one.out) for one in planned(folder, there).productions] == [
        ("films/spring/ana", "s3://films/spring/ana.mp4"),
        ("films/spring/b-c", "s3://films/spring/b-c.mp4"),
    ]
    (one,) = planned(folder, {"out": "file:///films/{film}.mp4"}).productions
    assert (one.name, one.out) == ("films/f", "/films/f.mp4")


def test_rows_come_from_csv_with_the_line_of_each_value(folder):
    with (folder / "viewers.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["who", "lang"], ["Łucja", "de"], [], ["Bo, Jr.", "en"]])
    plan = planned(folder, {"rows": "viewers.csv"})
    assert [one.values for one in plan.productions] == [
        {"who": "Łucja", "lang": "de"},
        {"who": "Bo, Jr.", "lang": "en"},
    ]
    with (folder / "viewers.csv").open("a", newline="") as file:
        csv.writer(file).writerow(["Cem", "tr"])
    assert 'viewers.csv:5:0: lang: "tr" is none of its choices (en, de)' in refused(
        folder, {"rows": "viewers.csv"}
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "each column has the name of a parameter in the first row"),
        ("who,,lang\n1,2,3\n", "each column has the name of a parameter"),
        ("who,who\n1,2\n", 'two columns are called "who"'),
        ("who\na,b\n", "row 2: there are more values than columns with names"),
        ("who\n", "the table has no rows"),
        ('who\n"a\n', "cannot be read"),
    ],
)
def test_a_table_that_is_none_is_told_at_the_line_of_the_slate(folder, text, message):
    (folder / "viewers.csv").write_text(text)
    told = refused(folder, {"rows": "viewers.csv"})
    assert "slate.yaml:3:9: productions[0].rows: " in told
    assert message in told


def test_rows_come_from_excel(folder):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["who", "lang"])
    page = book.create_sheet("viewers")
    for row in (["who", "lang", None], ["Ana", "de", None], [None, None, None], [2026, "en", None]):
        page.append(row)
    book.save(folder / "viewers.xlsx")
    plan = planned(folder, {"rows": {"file": "viewers.xlsx", "sheet": "viewers"}})
    assert [one.values["who"] for one in plan.productions] == ["Ana", "2026"]
    assert "the table has no rows" in refused(folder, {"rows": "viewers.xlsx"})
    told = refused(folder, {"rows": {"file": "viewers.xlsx", "sheet": "viewer"}})
    assert '"viewers.xlsx" has no sheet "viewer" (there are: Sheet, viewers)' in told
    (folder / "viewers.xlsx").write_text("who\nAna\n")
    assert '"viewers.xlsx" is no Excel file' in refused(folder, {"rows": "viewers.xlsx"})


@pytest.fixture
def database(folder: Path) -> Path:
    with sqlite3.connect(folder / "viewers.db") as connection:
        connection.execute("CREATE TABLE viewers (name TEXT, lang TEXT)")
        connection.executemany("INSERT INTO viewers VALUES (?, ?)", [("Ana", "de"), ("Bo", "en")])
    connection.close()
    return folder / "viewers.db"


def test_rows_come_from_a_query_that_can_only_read(folder, database):
    table = {
        "database": "sqlite:///viewers.db",
        "query": "SELECT name AS who, lang FROM viewers ORDER BY name",
    }
    plan = planned(folder, {"rows": table})
    assert [one.values for one in plan.productions] == [
        {"who": "Ana", "lang": "de"},
        {"who": "Bo", "lang": "en"},
    ]
    before = database.read_bytes()
    for query in (
        "DELETE FROM viewers",
        "DROP TABLE viewers",
        "INSERT INTO viewers VALUES ('x', 'en') RETURNING name",
    ):
        assert "viewers.db: the query" in refused(folder, {"rows": {**table, "query": query}})
    assert database.read_bytes() == before


@pytest.mark.slow
@pytest.mark.skipif(
    program("initdb") is None, reason="no PostgreSQL on this machine: apt-get install postgresql"
)
def test_rows_come_from_postgresql_and_nothing_is_written_there(folder):
    with postgres_server() as server:
        url = server.url(server.new_database())
        engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE viewers (name TEXT, age NUMERIC)"))
            connection.execute(sqlalchemy.text("INSERT INTO viewers VALUES ('Ana', 40), ('Bo 100%', 4.5)"))
        query = "SELECT name || ' 12:30 ' || age::text AS who FROM viewers WHERE name LIKE '%' ORDER BY name"
        plan = planned(folder, {"rows": {"database": url, "query": query}})
        assert [one.values["who"] for one in plan.productions] == ["Ana 12:30 40", "Bo 100% 12:30 4.5"]
        for wrong in (
            "DELETE FROM viewers RETURNING name",
            "SELECT 1; DELETE FROM viewers",
            "DROP TABLE viewers",
        ):
            told = refused(folder, {"rows": {"database": url, "query": wrong}})
            assert "the query is refused" in told
            assert PASSWORD not in told
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text("SELECT count(*) FROM viewers")).scalar() == 2
        engine.dispose()


@pytest.mark.parametrize(
    ("database", "message"),
    [
        ("sqlite:///none.db", 'there is no file "none.db" in the project folder'),
        ("sqlite://", "the database cannot be used"),
        ("sqlite:////etc/passwd", "is absolute"),
        ("mysql://me@host/db", 'a database is SQLite or PostgreSQL, not "mysql"'),
        ("nonsense", "the database cannot be used"),
    ],
)
def test_a_database_that_cannot_be_read_is_told(folder, database, message):
    assert message in refused(folder, {"rows": {"database": database, "query": "SELECT 1"}})
    assert not (folder / "none.db").exists()


def test_a_password_of_a_database_is_in_no_message(folder):
    url = "postgresql+pg8000://me:secret@127.0.0.1:1/db"
    told = refused(folder, {"rows": {"database": url, "query": "SELECT 1"}})
    assert "me:***@127.0.0.1" in told
    assert "secret" not in told


def test_a_table_has_an_end(folder, monkeypatch):
    monkeypatch.setattr(rows, "MOST_ROWS", 3)
    (folder / "viewers.csv").write_text("who\n" + "".join(f"V{number}\n" for number in range(4)))
    assert "has more than 3 rows" in refused(folder, {"rows": "viewers.csv"})


def test_only_some_productions_are_planned(folder):
    matrix = {"matrix": {"who": ["Ana", "Bo"], "lang": ["en", "de"]}}
    assert [one.name for one in planned(folder, matrix, only=("*-de",)).productions] == [
        "out/f-ana-de",
        "out/f-bo-de",
    ]
    assert len(planned(folder, matrix, only=("f-ana-en", "out/f-bo-*")).productions) == 3
    with pytest.raises(UsageError, match='no production is called "f-anna"'):
        planned(folder, matrix, only=("f-anna",))


def test_what_people_decided_holds_for_the_versions_too(folder):
    home = Shotfarm(folder / "home")
    assert home.here("omit", "1C", folder / "f").returncode == 0
    plan = planned(folder, {"matrix": {"who": ["Ana", "Bo"]}})
    assert [len(one.takes) for one in plan.productions] == [5, 5]


def test_the_command_shows_the_slate_and_prints_it_for_a_script(folder):
    home = Shotfarm(folder / "home")
    path = slate(folder, {"backend": "slate", "matrix": {"who": ["Ana", "Bo"]}})
    told = json.loads(home.here("batch", "plan", path, "--json").stdout)
    assert (told["shots"], told["unique"], told["there"], told["to_render"]) == (12, 8, 0, 8)
    assert [one["missing"] for one in told["productions"]] == [6, 6]
    assert told["productions"][0]["values"] == {"who": "Ana", "lang": "en"}
    shown = home.here("batch", "plan", folder)
    assert shown.returncode == 0
    assert "2 productions, 12 shots: 8 takes in all, 0 of them there." in shown.stdout
    wrong = home.here("batch", "plan", folder / "none.yaml")
    assert wrong.returncode == 2


def test_a_large_slate_is_planned_with_each_file_read_once(folder, monkeypatch):
    film = film_for_somebody()
    film["look"] = {"references": ["a.png"]}
    write_film(folder / "f", film)
    (folder / "f" / "a.png").write_bytes(b"x" * 1000)
    read: list[str] = []

    def digest(root: Path, name: str) -> str:
        read.append(name)
        return "0" * 64

    monkeypatch.setattr("pipeline.batches.plan.file_digest", digest)
    began = time.process_time()
    plan = planned(folder, {"matrix": {"who": [f"V{number}" for number in range(200)]}})
    assert time.process_time() - began < 60
    assert (len(plan.productions), plan.unique) == (200, 4 + 2 * 200)
    assert read == ["a.png"]


def test_a_film_is_read_once_and_its_equal_shots_are_resolved_once_however_many_entries_name_it(
    folder, monkeypatch
):
    read, resolved = [], []
    parse, resolve = films.film_document, resolving._resolved
    monkeypatch.setattr(films, "film_document", lambda *given: read.append(given[1]) or parse(*given))
    monkeypatch.setattr(
        resolving, "_resolved", lambda *given: resolved.append(given[2].id) or resolve(*given)
    )
    entries = [{"values": {"who": f"V{number}"}, "out": f"{number}.mp4"} for number in range(20)]
    plan = planned(folder, *entries)
    assert [one.title for one in plan.productions] == [f"For V{number}" for number in range(20)]
    assert len(read) == 1
    alike = {shot: resolved.count(shot) for shot in resolved}
    changed = {shot for shot, times in alike.items() if times == 20}
    assert len(alike) == 6
    assert "2A" in changed
    assert all(times == 1 for shot, times in alike.items() if shot not in changed)
