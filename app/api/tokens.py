"""Tokens: signing in to the API."""

from datetime import UTC

from flask import Response, request

from app.api import people_representations as shown
from app.api.answers import answer
from app.api.reading import body_of
from app.errors import Refused
from app.page import session
from app.people.sign_in import Attempt, give_token, sign_in


def create_token() -> Response:
    """Give a bearer token for an address and a password; a failure is counted before it is answered."""
    given = body_of(shown.Credentials)
    attempt = Attempt(given.email, given.password, request.remote_addr or "")
    try:
        token, expires_at = give_token(session(), sign_in(session(), attempt))
    except Refused:
        session().commit()
        raise
    session().commit()
    return answer(shown.Token(token, expires_at.astimezone(UTC)), 201)
