"""`shotfarm review share`, `links`, `unshare` and `audit`: what others see, and what everybody did."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import out, print_json, printable
from pipeline.cli.options import FilmArgument, JsonOption, SetOption, ValuesOption, given_of, patterns_of
from pipeline.cli.people import people_database, this_source


def share(
    film: FilmArgument = Path("film.yaml"),
    name: Annotated[str, typer.Option(help="Whom it is for: it stands beside what they say.")] = "Client",
    days: Annotated[int, typer.Option(help="How many days it opens.")] = 7,
    shots: Annotated[str | None, typer.Option(help="These shots alone: 2A,3B.")] = None,
    public_url: Annotated[
        str | None, typer.Option(help="What people call the server (SHOTFARM_REVIEW_URL).")
    ] = None,
    values: ValuesOption = None,
    sets: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a link with which somebody watches a film and says something of it, and print it once.

    Example: [bold]shotfarm review share my-film --days 7 --name "The client"[/]
    """
    from pipeline.production.open import open_production
    from pipeline.review.people.films import film_key, shots_named
    from pipeline.review.people.links import Links, page_of
    from pipeline.settings import load_settings
    from pipeline.web.public_url import PublicUrl

    settings = load_settings(review_url=public_url)
    base = PublicUrl.parse(settings.review_url).origin if settings.review_url else ""
    loaded = open_production(film, settings, given_of(sets, values)).loaded
    only, title = shots_named(loaded.film, patterns_of(shots)), loaded.film.title
    key = film_key(_there(film), settings, title, loaded.version)
    with people_database() as database:
        link, text = Links(database).share(key, title, name=name, days=days, source=this_source(), shots=only)
    if as_json:
        facts = {"id": link.id, "name": link.name, "shots": link.shots, "ends_at": link.ends_at}
        print_json({**facts, "url": page_of(base, text)})
        return
    out.print(page_of(base, text), markup=False, highlight=False, soft_wrap=True)
    if not base:
        out.print("Put the address of your server before it (or say --public-url).", highlight=False)
    until = link.ends_at.astimezone()
    told = f"Opens until {until:%-d %B %Y, %H:%M}; `shotfarm review unshare {link.id}` ends it."
    out.print(f"{told} It is never shown again.", markup=False, highlight=False, soft_wrap=True)


def links(
    film: Annotated[Path | None, typer.Argument(help="Of this film; of every one without.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List links that were shared, also those that have ended.

    Example: [bold]shotfarm review links my-film[/]
    """
    from datetime import UTC, datetime

    from pipeline.cli.views.people import links_as_json, links_table
    from pipeline.review.people.films import film_key
    from pipeline.review.people.links import Links
    from pipeline.settings import load_settings

    key = film_key(_there(film), load_settings(), "") if film else None
    with people_database() as database:
        found = Links(database).listed(key)
    now = datetime.now(UTC)
    if as_json:
        print_json(links_as_json(found, now))
    else:
        links_table(out, found, now)


def unshare(
    link: Annotated[str, typer.Argument(help="Its id, as `links` says it.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Let a link open no more; whoever came by it is out within seconds.

    Example: [bold]shotfarm review unshare 3f0c9a1b2c4d[/]
    """
    from pipeline.review.people.links import Links

    with people_database() as database:
        ended = Links(database).unshare(link, this_source())
    if as_json:
        print_json({"id": ended.id, "name": ended.name, "revoked_at": ended.revoked_at})
    else:
        out.print(printable(f"{ended.name} sees {ended.title} no more"), markup=False, highlight=False)


def audit(
    films: Annotated[
        list[Path] | None, typer.Argument(help="Films whose decisions are told too: documents, or folders.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="The last days alone.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell who did or tried what, when and from where: sign-ins, refusals, changes, decisions.

    Example: [bold]shotfarm review audit my-film --days 30[/]
    """
    from datetime import UTC, datetime, timedelta

    from pipeline.catalog.log import DecisionLog
    from pipeline.cli.catalog import folder_of
    from pipeline.cli.views.people import audit_as_json, audit_table
    from pipeline.review.people.audit import decided, entries_since

    since = datetime.now(UTC) - timedelta(days=days) if days else None
    with people_database() as database:
        entries = entries_since(database, since)
    for film in films or []:
        _there(film)
        entries += decided(str(film), DecisionLog.of(folder_of(film)).record().decisions, since)
    entries.sort(key=lambda entry: entry.at)
    if as_json:
        print_json(audit_as_json(entries))
    else:
        audit_table(out, entries)


def _there(film: Path) -> Path:
    from storyboard.errors import UsageError

    if not film.exists():
        raise UsageError(f"there is no {film}", "name a film document, or the folder that holds film.yaml")
    return film
