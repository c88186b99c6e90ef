"""Signing in and out, links that are opened, and what people change of themselves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from pipeline.review.people.accounts import role_named
from pipeline.review.people.answers import (
    Done,
    LinkOpens,
    LookAtLink,
    MadeToken,
    Me,
    NewPassword,
    NewToken,
    OpenLink,
    ShownSession,
    ShownSessions,
    ShownToken,
    ShownTokens,
    SignIn,
)
from pipeline.review.people.audit import Did, note
from pipeline.review.people.tokens import Token
from pipeline.review.routes.desk import AtDesk, From, Mine, cookie_of, welcome
from pipeline.review.routes.found import Visits
from pipeline.web.guard import take_cookie
from pipeline.web.roles import Person, Visitor

router = APIRouter(prefix="/api", tags=["people"])
Cookie = Annotated[str, Depends(cookie_of)]


@router.get("/me")
def me(request: Request, visitor: Visits) -> Me:
    """Whoever asks, and what they may do."""
    return _me(visitor.person, visitor, shares=request.app.state.desk is not None)


@router.post("/session")
def sign_in(given: SignIn, request: Request, response: Response, desk: AtDesk, before: Cookie) -> Me:
    """Sign in: the answer sets a cookie. 401 for a wrong name or password, 429 after too many tries."""
    agent = request.headers.get("user-agent", "")
    came = desk.sign_in(given.name, given.password, request.state.address, agent, before)
    desk.forget()
    welcome(request, response, came)
    return _me(came.visitor.person, came.visitor, shares=True)


@router.delete("/session")
def sign_out(request: Request, response: Response, desk: AtDesk, visitor: Visits, source: From) -> Done:
    """Sign out: the session ends."""
    desk.sign_out(visitor, source)
    take_cookie(response, request.state.door)
    return Done()


@router.post("/share/look")
def look_at_link(given: LookAtLink, request: Request, desk: AtDesk, before: Cookie) -> LinkOpens:
    """What a link opens, before it is opened. 401 for one that is not valid or has ended."""
    link, _ = desk.link(given.link, request.state.address)
    here = desk.by_session(before, uses=False) if before else None
    return LinkOpens(
        title=link.title,
        shots=link.shots,
        name=link.name,
        ends_at=link.ends_at,
        signed_in_as=here.person.name if isinstance(here, Visitor) and here.account else "",
    )


@router.post("/share")
def open_link(given: OpenLink, request: Request, response: Response, desk: AtDesk, before: Cookie) -> Me:
    """Open a link: the answer sets a cookie. 401 for one that is not valid or has ended."""
    agent = request.headers.get("user-agent", "")
    came = desk.open_link(given.link, given.name, request.state.address, agent, before)
    desk.forget()
    welcome(request, response, came)
    return _me(came.visitor.person, came.visitor, shares=True)


@router.post("/me/password")
def change_password(given: NewPassword, desk: AtDesk, visitor: Visits, account: Mine, source: From) -> Done:
    """Another password for whoever asks: their other sessions end, and their tokens hold no more."""
    desk.change_own_password(account, given.old, given.new, source, visitor.session)
    return Done()


@router.get("/me/sessions")
def sessions(desk: AtDesk, visitor: Visits, account: Mine) -> ShownSessions:
    """The browsers in which whoever asks is signed in."""
    return ShownSessions(
        sessions=tuple(
            ShownSession(
                id=one.id,
                begun_at=one.begun_at,
                seen_at=one.seen_at,
                ends_at=one.ends_at,
                address=one.address,
                agent=one.agent,
                this=one.id == visitor.session,
            )
            for one in desk.sessions.listed(account.id)
        )
    )


@router.delete("/me/sessions/{session}")
def end_session(session: str, desk: AtDesk, account: Mine, source: From) -> Done:
    """Sign out of a browser."""
    with desk.database.writing() as connection:
        desk.sessions.end(connection, session, account.id)
        note(connection, desk.clock(), source, Did.ENDED_SESSION, account.name)
    desk.forget()
    return Done()


@router.get("/me/tokens")
def tokens(desk: AtDesk, account: Mine) -> ShownTokens:
    """The tokens of whoever asks."""
    return ShownTokens(tokens=tuple(_token(one) for one in desk.tokens.listed(account.id)))


@router.post("/me/tokens")
def make_token(given: NewToken, desk: AtDesk, account: Mine, source: From) -> MadeToken:
    """A token for a script of whoever asks; it may as much as its role at most."""
    token, text = desk.tokens.make(account, given.name, role_named(given.role), given.days, source)
    return MadeToken(**_token(token).model_dump(), text=text)


@router.delete("/me/tokens/{token}")
def revoke_token(token: str, desk: AtDesk, account: Mine, source: From) -> Done:
    """Let a token of whoever asks hold no more."""
    desk.tokens.revoke(token, source, account.id)
    desk.forget()
    return Done()


def _me(person: Person, visitor: Visitor, *, shares: bool) -> Me:
    return Me(
        name=person.name,
        role=person.role,
        rights=person.rights,
        signed_in=bool(visitor.session),
        has_account=bool(visitor.account),
        shares=shares,
    )


def _token(token: Token) -> ShownToken:
    return ShownToken(
        id=token.id,
        name=token.name,
        role=token.role,
        made_at=token.made_at,
        used_at=token.used_at,
        ends_at=token.ends_at,
    )
