"""What the commands refuse to start with."""

import pytest

from app.commands.context import demand_public_address
from app.config import SettingError, Settings

SECRET = "k" * 32


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000",
        "http://127.9.9.9",
        "http://localhost",
        "https://LOCALHOST:8443",
        "http://hoso.localhost",
        "http://[::1]:8000",
        "http://0.0.0.0:8000",
        "http://[::]",
        "http://",
    ],
)
def test_an_address_of_this_machine_alone_is_refused(address: str) -> None:
    with pytest.raises(SettingError, match="KYDUYET_BASE_URL"):
        demand_public_address(Settings(secret_key=SECRET, base_url=address))


@pytest.mark.parametrize(
    "address", ["https://hoso.example.edu.vn", "http://10.0.0.5:8000", "http://[2001:db8::1]"]
)
def test_an_address_that_others_can_reach_is_taken(address: str) -> None:
    demand_public_address(Settings(secret_key=SECRET, base_url=address))
