"""Clients for the clouds, made from an account's credentials and the deployment's settings."""

from collections.abc import Callable
from typing import Any

import httpx

from app.config import Settings
from app.storage.onedrive.client import GraphClient, Tokens
from app.storage.onedrive.tokens import AppTokens, PersonTokens, Registration

PERSON_SCOPES = ("https://graph.microsoft.com/Files.ReadWrite.All",)
"""What a person is asked for: the files that he can open himself."""

Keep = Callable[[dict[str, Any]], None]


def graph_client(
    settings: Settings, secrets: dict[str, Any], keep: Keep, connections: httpx.Client
) -> GraphClient:
    """Return Graph for a person who has agreed (`cache` among the secrets) or for an application alone."""
    return GraphClient(_tokens(settings, secrets, keep), settings.microsoft_graph_root, connections)


def graph_connections() -> httpx.Client:
    """Return connections for one account's calls to Graph; close them after use."""
    return httpx.Client(timeout=httpx.Timeout(60, connect=10))


def registration(settings: Settings, secrets: dict[str, Any]) -> Registration:
    """Return the application: the secrets' own, or the deployment's."""
    return Registration(
        secrets.get("client_id") or settings.microsoft_client_id,
        secrets.get("client_secret") or settings.microsoft_client_secret,
        secrets.get("tenant_id") or "organizations",
        settings.microsoft_login_root,
    )


def _tokens(settings: Settings, secrets: dict[str, Any], keep: Keep) -> Tokens:
    application = registration(settings, secrets)
    if "cache" not in secrets:
        return AppTokens(application)

    def keep_cache(cache: str) -> None:
        secrets["cache"] = cache
        keep(dict(secrets))

    return PersonTokens(application, PERSON_SCOPES, secrets["cache"], keep_cache)
