"""Over TLS, MSAL needs no help at all: the emulated sign-in announces its own addresses."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import msal
import pytest

from emulators.microsoft.service import Microsoft
from emulators.serving import serving
from tests.emulators.certificates import make_certificates
from tests.emulators.microsoft_cloud import GRAPH_SCOPE, Json


@dataclass(frozen=True)
class Secure:
    origin: str
    school: Json
    http: httpx.Client


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Secure]:
    ca, tls = make_certificates(tmp_path, ("localhost",))
    emulator = Microsoft()
    trusting = ssl.create_default_context(cafile=str(ca))
    with serving(emulator, tls=tls) as address, httpx.Client(verify=trusting) as http:
        origin = address.replace("127.0.0.1", "localhost")
        yield Secure(origin, emulator.furnish(origin), http)
    emulator.close()


def test_msal_signs_an_application_in_and_graph_answers(secure: Secure) -> None:
    app = msal.ConfidentialClientApplication(
        secure.school["client_id"],
        client_credential=secure.school["client_secret"],
        oidc_authority=f"{secure.origin}/{secure.school['tenant_id']}",
        http_client=secure.http,
    )
    headers = {"Authorization": f"Bearer {app.acquire_token_for_client([GRAPH_SCOPE])['access_token']}"}
    root = f"{secure.school['graph_root']}/drives/{secure.school['drive_id']}/root"
    file = secure.http.put(f"{root}:/Tuần 12/a.pdf:/content", content=b"bytes", headers=headers).json()
    assert file["@microsoft.graph.downloadUrl"].startswith(secure.origin)
    assert secure.http.get(file["@microsoft.graph.downloadUrl"]).content == b"bytes"
