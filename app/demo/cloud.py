"""The demo's cloud: an emulator beside the product, with every school of the demo connected to it."""

import json
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.context import Context
from app.moves.connections import connect
from app.moves.credential_files import draft_from
from app.running.supervisor import Child
from app.schools.models import School
from app.storage.models import Provider

HOST = "127.0.0.1"
_ROOT = Path(__file__).parent.parent.parent
_CREDENTIALS = "credentials.json"


@dataclass(frozen=True)
class DemoCloud:
    """One emulator for the length of a demo; what it holds is in its memory and goes with it."""

    provider: Provider
    port: int
    folder: Path

    @property
    def part(self) -> Child:
        """The emulator's process; ready once it has written how to connect to it."""
        command = [sys.executable, "-m", "emulators", self.provider.value, "--port", str(self.port)]
        return Child(
            "emulator",
            [*command, "--credentials", str(self.folder / _CREDENTIALS)],
            env={"PYTHONPATH": str(_ROOT)},
            ready=(self.folder / _CREDENTIALS).exists,
            stops_last=True,
        )

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings that lead the product to the emulator instead of the real service."""
        origin = f"http://{HOST}:{self.port}"
        if self.provider is Provider.GOOGLE:
            return {"KYDUYET_GOOGLE_API_ROOT": origin}
        return {"KYDUYET_MICROSOFT_GRAPH_ROOT": f"{origin}/v1.0", "KYDUYET_MICROSOFT_LOGIN_ROOT": origin}

    def connect_schools(self, context: Context) -> None:
        """Connect every school of the demo, each to a folder of its own."""
        file = self.folder / "account.json"
        file.write_text(json.dumps(self._credentials()), encoding="utf-8")
        with context.database.transaction() as session:
            codes = session.scalars(select(School.code).order_by(School.code)).all()
        for code in codes:
            connect(context, code, draft_from(context.settings, self.provider, file, None), actor="")

    def _credentials(self) -> object:
        given = json.loads((self.folder / _CREDENTIALS).read_text(encoding="utf-8"))
        return given["authorized_user"] if self.provider is Provider.GOOGLE else given


def kept_settings(data_dir: Path) -> Path:
    """Return where a demo with an emulated cloud leaves word of how to reach it."""
    return data_dir / "emulator/settings.json"


def new_demo_cloud(provider: Provider, data_dir: Path) -> DemoCloud:
    """Choose a place for the emulator, and leave word of it for commands beside the demo."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    cloud = DemoCloud(provider, port, data_dir / "emulator")
    cloud.folder.mkdir(parents=True)
    kept_settings(data_dir).write_text(json.dumps(dict(cloud.environment)), encoding="utf-8")
    return cloud
