"""Tokens: signing in to the API, and the caller's own tokens."""

import uuid
from datetime import UTC

from flask import Response

from app.api import people_representations as shown
from app.api.answers import answer
from app.api.paging import page_of_all
from app.api.reading import body_of
from app.errors import Refused
from app.page import context, session
from app.people.authority import Authority
from app.people.known_browsers import attempt_here
from app.people.models import Token
from app.people.sessions import end_token, tokens_of
from app.people.sign_in import give_token, sign_in


def create_token() -> Response:
    """Give a bearer token for an address and a password; a failure is counted before it is answered."""
    given = body_of(shown.Credentials)
    settings = context().settings
    try:
        user = sign_in(session(), attempt_here(given.email, given.password), settings.temporary_password_life)
        token, expires_at = give_token(session(), user, given.name, settings.token_life)
    except Refused:
        session().commit()
        raise
    session().commit()
    return answer(shown.Token(token, expires_at.astimezone(UTC)), 201)


def list_tokens(authority: Authority) -> Response:
    """List the caller's own tokens."""
    rows, following = page_of_all(tokens_of(session(), authority.user_id), lambda token: str(token.id))
    return answer(shown.OwnTokens([_shown(token) for token in rows], following))


def revoke_token(authority: Authority, token_id: uuid.UUID) -> Response:
    """End one of the caller's own tokens; raises `NotFound`."""
    end_token(session(), authority.user_id, token_id)
    session().commit()
    return Response(status=204)


def _shown(token: Token) -> shown.OwnToken:
    last = token.last_used_at
    return shown.OwnToken(
        token.id,
        token.name,
        token.created_at.astimezone(UTC),
        last.astimezone(UTC) if last else None,
        token.expires_at.astimezone(UTC),
    )
