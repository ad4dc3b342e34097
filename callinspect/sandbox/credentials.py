# ruff: noqa: S105 - invented credentials of an emulator on loopback, published so that anybody can use them
"""The credentials the sandbox accepts, and nothing else does."""

from __future__ import annotations

from typing import Final

WEBEX_ACCESS_TOKEN: Final = "sandbox-webex-user-token"
WEBEX_SERVICE_TOKEN: Final = "sandbox-webex-service-app-token"
WEBEX_UNSCOPED_TOKEN: Final = "sandbox-webex-token-without-calls-read"
WEBEX_CLIENT_ID: Final = "sandbox-webex-client"
WEBEX_CLIENT_SECRET: Final = "sandbox-webex-secret"
WEBEX_REFRESH_TOKEN: Final = "sandbox-webex-refresh-token"
WEBEX_SERVICE_REFRESH_TOKEN: Final = "sandbox-webex-service-app-refresh-token"
WEBEX_MEMBER_ID: Final = (
    "Y2lzY29zcGFyazovL3VzL1BFT1BMRS81YWQwYjBlMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAxMDA"  # ciscospark://us/PEOPLE/…
)
WEBEX_ORG_ID: Final = "Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi81YWQwYjBlMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDE"

BANDWIDTH_ACCOUNT_ID: Final = "5550100"
BANDWIDTH_CLIENT_ID: Final = "sandbox-bandwidth-client"
BANDWIDTH_CLIENT_SECRET: Final = "sandbox-bandwidth-secret"
BANDWIDTH_USERNAME: Final = "sandbox-bandwidth-user"
BANDWIDTH_PASSWORD: Final = "sandbox-bandwidth-password"

CATAPULT_USER_ID: Final = "u-sandboxsandboxsandbox22"
CATAPULT_TOKEN: Final = "t-sandboxsandboxsandbox33"
CATAPULT_SECRET: Final = "s-sandboxsandboxsandbox44"

GENESYS_USERNAME: Final = "agent.sandbox"
GENESYS_PASSWORD: Final = "sandbox-genesys-password"
GENESYS_ACCESS_TOKEN: Final = "sandbox-genesys-token"


def environment(url: str) -> dict[str, str]:
    """Return the variables that point every provider at the sandbox behind *url*."""
    return {
        "CALLINSPECT_WEBEX_BASE_URL": f"{url}/v1",
        "CALLINSPECT_WEBEX_ACCESS_TOKEN": WEBEX_ACCESS_TOKEN,
        "CALLINSPECT_BANDWIDTH_BASE_URL": f"{url}/api/v2",
        "CALLINSPECT_BANDWIDTH_TOKEN_URL": f"{url}/api/v1/oauth2/token",
        "CALLINSPECT_BANDWIDTH_ACCOUNT_ID": BANDWIDTH_ACCOUNT_ID,
        "CALLINSPECT_BANDWIDTH_CLIENT_ID": BANDWIDTH_CLIENT_ID,
        "CALLINSPECT_BANDWIDTH_CLIENT_SECRET": BANDWIDTH_CLIENT_SECRET,
        "CALLINSPECT_CATAPULT_BASE_URL": f"{url}/v1",
        "CALLINSPECT_CATAPULT_USER_ID": CATAPULT_USER_ID,
        "CALLINSPECT_CATAPULT_TOKEN": CATAPULT_TOKEN,
        "CALLINSPECT_CATAPULT_SECRET": CATAPULT_SECRET,
        "CALLINSPECT_GENESYS_BASE_URL": f"{url}/api/v2",
        "CALLINSPECT_GENESYS_USERNAME": GENESYS_USERNAME,
        "CALLINSPECT_GENESYS_PASSWORD": GENESYS_PASSWORD,
    }
