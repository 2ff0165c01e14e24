"""Microsoft's own MSAL against the emulated sign-in service."""

import httpx

from emulators.microsoft.people import App
from tests.emulators.microsoft_cloud import GRAPH_SCOPE, MicrosoftCloud

BACK = "http://localhost/back"


def test_an_application_signs_in_by_its_secret_and_reaches_its_drive(cloud: MicrosoftCloud) -> None:
    assert cloud.get("").json()["driveType"] == "documentLibrary"


def test_a_wrong_secret_is_refused_as_microsoft_refuses_it(cloud: MicrosoftCloud) -> None:
    answer = cloud.msal_app(secret="false").acquire_token_for_client([GRAPH_SCOPE])
    assert answer["error"] == "invalid_client"
    assert answer["error_codes"] == [7000215]


def test_an_unknown_application_and_an_unknown_tenant_are_refused(cloud: MicrosoftCloud) -> None:
    cloud.school["client_id"] = "nobody"
    assert cloud.msal_app().acquire_token_for_client([GRAPH_SCOPE])["error"] == "unauthorized_client"
    discovery = httpx.get(f"{cloud.origin}/khong-co.example/v2.0/.well-known/openid-configuration")
    assert discovery.status_code == 400
    assert discovery.json()["error_codes"] == [90002]


def test_a_person_signs_in_and_the_id_token_names_tenant_and_address(cloud: MicrosoftCloud) -> None:
    answer = cloud.sign_in("quantri@truong-a.example")
    claims = answer["id_token_claims"]
    assert claims["tid"] == cloud.school["tenant_id"]
    assert claims["preferred_username"] == "quantri@truong-a.example"
    me = cloud.http.get("/me", headers=cloud.bearer(answer["access_token"])).json()
    assert me["userPrincipalName"] == "quantri@truong-a.example"


def test_anybody_may_sign_in_at_common_and_the_tenant_tells_whence_he_comes(cloud: MicrosoftCloud) -> None:
    stranger = cloud.emulator.world.directory.add_tenant("khac.example", "Nơi khác")
    stranger.add_user("ai", "Ai đó")
    claims = cloud.sign_in("ai@khac.example", tenant="organizations")["id_token_claims"]
    assert claims["tid"] == stranger.id != cloud.school["tenant_id"]


def test_a_person_of_another_tenant_cannot_choose_himself_at_this_one(cloud: MicrosoftCloud) -> None:
    cloud.emulator.world.directory.add_tenant("khac.example", "Nơi khác").add_user("ai", "Ai đó")
    page = f"{cloud.origin}/{cloud.school['tenant_id']}/oauth2/v2.0/authorize"
    asked = {"client_id": cloud.school["client_id"], "redirect_uri": BACK, "user": "ai@khac.example"}
    assert httpx.post(page, data=asked).json()["error_codes"] == [50034]


def test_refusing_sends_the_browser_back_with_access_denied(cloud: MicrosoftCloud) -> None:
    answer = cloud.sign_in(refuse="1")
    assert answer["error"] == "access_denied"


def test_the_answer_may_be_posted_by_the_browser(cloud: MicrosoftCloud) -> None:
    page = f"{cloud.origin}/common/oauth2/v2.0/authorize"
    asked = {"client_id": cloud.school["client_id"], "redirect_uri": BACK, "state": "s<1>"}
    asked |= {"response_mode": "form_post", "user": "quantri@truong-a.example"}
    answer = httpx.post(page, data=asked)
    assert answer.status_code == 200
    assert f'action="{BACK}"' in answer.text
    assert 'name="code"' in answer.text
    assert "s&lt;1&gt;" in answer.text


def test_a_redirect_address_that_is_not_registered_is_refused_on_the_page(cloud: MicrosoftCloud) -> None:
    app = cloud.emulator.world.directory.apps[cloud.school["client_id"]]
    app.redirect_uris = frozenset({BACK})
    asked = {"client_id": app.client_id, "response_type": "code", "redirect_uri": "http://localhost/other"}
    answer = httpx.get(f"{cloud.origin}/common/oauth2/v2.0/authorize", params=asked)
    assert answer.json()["error_codes"] == [50011]


def test_a_code_is_good_once_and_for_ten_minutes(cloud: MicrosoftCloud) -> None:
    redeem = {"grant_type": "authorization_code", "redirect_uri": BACK}
    redeem |= {name: cloud.school[name] for name in ("client_id", "client_secret")}
    asked = {"client_id": cloud.school["client_id"], "redirect_uri": BACK, "user": "quantri@truong-a.example"}
    page, token = (f"{cloud.origin}/common/oauth2/v2.0/{each}" for each in ("authorize", "token"))

    def code() -> str:
        return str(httpx.URL(httpx.post(page, data=asked).headers["Location"]).params["code"])

    first = redeem | {"code": code()}
    assert httpx.post(token, data=first).status_code == 200
    assert httpx.post(token, data=first).json()["error"] == "invalid_grant"
    late = redeem | {"code": code()}
    cloud.emulator.clock.advance(601)
    assert httpx.post(token, data=late).json()["error"] == "invalid_grant"


def test_a_false_verifier_does_not_redeem_a_code(cloud: MicrosoftCloud) -> None:
    app = cloud.msal_app()
    flow = cloud.flow(app)
    back = cloud.answer(flow, user="quantri@truong-a.example")
    flow["code_verifier"] = "x" * 43
    answer = app.acquire_token_by_auth_code_flow(flow, back)
    assert answer["error"] == "invalid_grant"


def test_a_refresh_token_gives_new_access_until_it_is_revoked(cloud: MicrosoftCloud) -> None:
    token = cloud.sign_in()["refresh_token"]
    renewed = cloud.msal_app().acquire_token_by_refresh_token(token, ["Files.ReadWrite.All"])
    assert cloud.http.get("/me", headers=cloud.bearer(renewed["access_token"])).status_code == 200
    cloud.meddle(verb="revoke", account="quantri@truong-a.example")
    refused = cloud.msal_app().acquire_token_by_refresh_token(token, ["Files.ReadWrite.All"])
    assert refused["error"] == "invalid_grant"
    assert cloud.http.get("/me", headers=cloud.bearer(renewed["access_token"])).status_code == 401
    assert cloud.get("").status_code == 200


def test_a_refresh_token_that_lies_unused_for_ninety_days_is_dead(cloud: MicrosoftCloud) -> None:
    token = cloud.sign_in()["refresh_token"]
    cloud.emulator.clock.advance(91 * 86_400)
    refused = cloud.msal_app().acquire_token_by_refresh_token(token, ["Files.ReadWrite.All"])
    assert refused["error_codes"] == [700082]


def test_an_access_token_dies_after_an_hour(cloud: MicrosoftCloud) -> None:
    cloud.emulator.clock.advance(3_601)
    answer = cloud.get("")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"


def test_a_device_signs_in_by_a_code_that_is_typed_elsewhere(cloud: MicrosoftCloud) -> None:
    base = f"{cloud.origin}/{cloud.school['tenant_id']}/oauth2/v2.0"
    wanted = {"client_id": cloud.school["client_id"], "scope": "openid offline_access"}
    device = httpx.post(f"{base}/devicecode", data=wanted).json()
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    ask = wanted | {"grant_type": grant, "device_code": device["device_code"]}
    assert httpx.post(f"{base}/token", data=ask).json()["error"] == "authorization_pending"
    assert httpx.get(device["verification_uri"]).status_code == 200
    typed = {"user_code": device["user_code"].lower(), "user": "quantri@truong-a.example"}
    assert "Đã đăng nhập" in httpx.post(device["verification_uri"], data=typed).text
    assert "refresh_token" in httpx.post(f"{base}/token", data=ask).json()


def test_an_application_alone_is_nobody_at_me(cloud: MicrosoftCloud) -> None:
    assert cloud.http.get("/me").status_code == 400
    assert cloud.http.get("/me/drive").status_code == 400


def test_an_application_with_selected_sites_sees_no_other(cloud: MicrosoftCloud) -> None:
    tenant = cloud.emulator.world.directory.tenants[cloud.school["tenant_id"]]
    other = tenant.add_site("khac", "Khác")
    hoso = next(site for site in tenant.sites.values() if site.name == "hoso")
    app = App("selected", "secret", "Chỉ một nơi", sites=frozenset({hoso.id}))
    cloud.emulator.world.directory.add_app(app)
    cloud.school |= {"client_id": "selected", "client_secret": "secret"}
    token = cloud.bearer(cloud.app_token())
    assert cloud.http.get(f"/drives/{hoso.drive.id}", headers=token).status_code == 200
    assert cloud.http.get(f"/drives/{other.drive.id}", headers=token).status_code == 403
    found = cloud.http.get("/sites", params={"search": "*"}, headers=token).json()["value"]
    assert [site["name"] for site in found] == ["hoso"]


def test_sites_and_the_organisation_are_found_for_connecting(cloud: MicrosoftCloud) -> None:
    site = cloud.http.get("/sites", params={"search": "hoso"}).json()["value"][0]
    host = site["siteCollection"]["hostname"]
    assert cloud.http.get(f"/sites/{site['id']}").json()["id"] == site["id"]
    assert cloud.http.get(f"/sites/{host}:/sites/hoso").json()["id"] == site["id"]
    drives = cloud.http.get(f"/sites/{site['id']}/drives").json()["value"]
    assert [drive["id"] for drive in drives] == [cloud.school["drive_id"]]
    assert cloud.http.get(f"/sites/{host}:/sites/hoso:/drive").json()["id"] == cloud.school["drive_id"]
    organisation = cloud.http.get("/organization").json()["value"][0]
    assert organisation["verifiedDomains"][0]["name"] == "truong-a.example"
