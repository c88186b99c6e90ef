"""`shotfarm review people ...` and `shotfarm review token ...`: who may use the review application."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import out, print_json, printable
from pipeline.cli.options import JsonOption
from storyboard.wording import counted

if TYPE_CHECKING:
    from pipeline.review.people.audit import Source
    from pipeline.review.people.database import PeopleDatabase

people_app = typer.Typer(
    help="People who sign in: what they are called, and what they may.", no_args_is_help=True
)
tokens_app = typer.Typer(help="Tokens with which scripts of people use the API.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The name of the person.", show_default=False)]
RoleOption = Annotated[
    str, typer.Option(help="viewer (looks), reviewer (notes and decides), producer (manages too).")
]
PasswordOption = Annotated[
    Path | None,
    typer.Option("--password-file", help="A file with the password; - reads it from standard input."),
]


def people_database() -> PeopleDatabase:
    """Where people are kept."""
    from pipeline.review.people.database import PeopleDatabase
    from pipeline.settings import load_settings

    return PeopleDatabase.open(load_settings())


def this_source() -> Source:
    """Whoever runs the command, for the audit trail."""
    from pipeline.rendering.registering import this_person
    from pipeline.review.people.audit import COMMAND_LINE, Source

    return Source(this_person(), "", COMMAND_LINE)


@people_app.command("add")
def add(
    name: NameArgument,
    role: RoleOption = "reviewer",
    password_file: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let somebody sign in. The password is asked for, unless a file holds it.

    Example: [bold]shotfarm review people add "Ada Lovelace" --role producer[/]
    """
    from pipeline.review.people.accounts import Accounts, role_named

    wanted = role_named(role)
    with people_database() as database:
        account = Accounts(database).add(name, wanted, _password(password_file), this_source())
    if as_json:
        print_json({"id": account.id, "name": account.name, "role": account.role})
    else:
        out.print(f"{account.name} may sign in, as a {account.role}", markup=False, highlight=False)


@people_app.command("list")
def list_people(as_json: JsonOption = False) -> None:
    """List who may sign in.

    Example: [bold]shotfarm review people list[/]
    """
    from pipeline.cli.views.people import people_as_json, people_table
    from pipeline.review.people.accounts import Accounts
    from pipeline.review.people.sessions import Sessions

    with people_database() as database:
        accounts, sessions = Accounts(database).every(), Sessions(database).listed()
    if as_json:
        print_json(people_as_json(accounts, sessions))
    else:
        people_table(out, accounts, sessions)


@people_app.command("role")
def change_role(
    name: NameArgument,
    role: Annotated[str, typer.Argument(help="viewer, reviewer or producer.")],
    as_json: JsonOption = False,
) -> None:
    """Give somebody another role; what they have open follows within seconds.

    Example: [bold]shotfarm review people role Ada viewer[/]
    """
    from pipeline.review.people.accounts import Accounts, role_named

    wanted = role_named(role)
    with people_database() as database:
        accounts = Accounts(database)
        account = accounts.set_role(accounts.named(name).id, wanted, this_source())
    if as_json:
        print_json({"id": account.id, "name": account.name, "role": account.role})
    else:
        out.print(f"{account.name} is a {account.role} now", markup=False, highlight=False)


@people_app.command("password")
def change_password(
    name: NameArgument, password_file: PasswordOption = None, as_json: JsonOption = False
) -> None:
    """Give somebody another password: their sessions end, and their tokens hold no more.

    Example: [bold]shotfarm review people password Ada[/]
    """
    from pipeline.review.people.accounts import Accounts

    with people_database() as database:
        accounts = Accounts(database)
        account = accounts.named(name)
        accounts.set_password(account.id, _password(password_file), this_source())
    _told(as_json, f"{account.name} has another password, and is signed out everywhere", name=account.name)


@people_app.command("remove")
def remove(name: NameArgument, as_json: JsonOption = False) -> None:
    """Let somebody sign in no more; what they decided stays.

    Example: [bold]shotfarm review people remove Ada[/]
    """
    from pipeline.review.people.accounts import Accounts

    with people_database() as database:
        accounts = Accounts(database)
        account = accounts.remove(accounts.named(name).id, this_source())
    _told(as_json, f"{account.name} signs in no more", name=account.name)


@people_app.command("sessions")
def list_sessions(
    name: Annotated[str | None, typer.Argument(help="Of this person; of everybody without.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the browsers that are signed in, or came by a link.

    Example: [bold]shotfarm review people sessions[/]
    """
    from pipeline.cli.views.people import sessions_as_json, sessions_table
    from pipeline.review.people.accounts import Accounts
    from pipeline.review.people.sessions import Sessions

    with people_database() as database:
        person = Accounts(database).named(name).id if name else None
        sessions = Sessions(database).listed(person)
    if as_json:
        print_json(sessions_as_json(sessions))
    else:
        sessions_table(out, sessions)


@people_app.command("sign-out")
def sign_out(
    name: NameArgument,
    session: Annotated[
        str | None, typer.Option(help="This session alone, as `sessions` calls it; every one without.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Sign somebody out of their browsers.

    Example: [bold]shotfarm review people sign-out Ada[/]
    """
    from datetime import UTC, datetime

    from pipeline.review.people.accounts import Accounts
    from pipeline.review.people.audit import Did, note
    from pipeline.review.people.sessions import Sessions

    with people_database() as database:
        account, sessions = Accounts(database).named(name), Sessions(database)
        with database.writing() as connection:
            if session:
                sessions.end(connection, session, account.id)
            ended = 1 if session else sessions.end_all(connection, account.id)
            note(connection, datetime.now(UTC), this_source(), Did.ENDED_SESSION, account.name, ended=ended)
    told = f"{account.name} is signed out of {counted(ended, 'browser')}"
    _told(as_json, told, name=account.name, ended=ended)


@tokens_app.command("add")
def add_token(
    name: NameArgument,
    purpose: Annotated[str, typer.Option("--for", help="What it is for, in a word.")] = "script",
    role: Annotated[
        str | None, typer.Option(help="The most that it may: viewer, reviewer or producer; as its person.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=3660, help="How long it holds; until it is revoked.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token for a script of somebody, and print it once: it is kept nowhere.

    Example: [bold]shotfarm review token add Ada --for nightly --role viewer --days 90[/]
    """
    from pipeline.review.people.accounts import Accounts, role_named
    from pipeline.review.people.tokens import Tokens

    wanted = role_named(role) if role else None
    with people_database() as database:
        account = Accounts(database).named(name)
        token, text = Tokens(database).make(account, purpose, wanted or account.role, days, this_source())
    if as_json:
        facts = {"id": token.id, "name": token.name, "who": token.who, "role": token.role}
        print_json({**facts, "ends_at": token.ends_at, "token": text})
        return
    out.print(text, markup=False, highlight=False, soft_wrap=True)
    told = f"Send it as `Authorization: Bearer …`; it may as much as a {token.role}. It is never shown again."
    out.print(told, markup=False, highlight=False, soft_wrap=True)


@tokens_app.command("list")
def list_tokens(
    name: Annotated[str | None, typer.Argument(help="Of this person; of everybody without.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List tokens, with when each was used last.

    Example: [bold]shotfarm review token list[/]
    """
    from pipeline.cli.views.people import tokens_as_json, tokens_table
    from pipeline.review.people.accounts import Accounts
    from pipeline.review.people.tokens import Tokens

    with people_database() as database:
        person = Accounts(database).named(name).id if name else None
        tokens = Tokens(database).listed(person)
    if as_json:
        print_json(tokens_as_json(tokens))
    else:
        tokens_table(out, tokens)


@tokens_app.command("revoke")
def revoke_token(
    token: Annotated[str, typer.Argument(help="Its id, as `list` says it.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Let a token hold no more.

    Example: [bold]shotfarm review token revoke 3f0c9a1b2c4d[/]
    """
    from pipeline.review.people.tokens import Tokens

    with people_database() as database:
        Tokens(database).revoke(token, this_source())
    _told(as_json, f"{token} holds no more", id=token)


def _password(file: Path | None) -> str:
    """The password of a file, or one that somebody types twice.

    Raises:
        UsageError: the file cannot be read, or nobody is there to be asked.
    """
    from storyboard.errors import UsageError

    if file is None:
        if not sys.stdin.isatty():
            raise UsageError("there is nobody to ask for a password", "give it by --password-file")
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True))
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}", "it holds a password and nothing else") from error
    return text.removesuffix("\n").removesuffix("\r")


def _told(as_json: bool, words: str, **facts: object) -> None:  # noqa: FBT001
    if as_json:
        print_json(facts)
    else:
        out.print(printable(words), markup=False, highlight=False, soft_wrap=True)
