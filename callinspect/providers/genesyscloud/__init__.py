"""Genesys Cloud: a conversation, whose participants are folded into one call.

The calls resource has what is alive and what ended lately; the analytics have the rest, what each participant did, and
the list.
"""

from urllib.parse import urlsplit

from callinspect.errors import ForbiddenError, NotFoundError
from callinspect.provider import (
    NOT_FOUND,
    UUID,
    Account,
    Bearer,
    Certainty,
    ClientCredentials,
    Document,
    Extra,
    Field,
    Flow,
    IDForm,
    Provider,
    Refusal,
    Request,
    Response,
    errors,
    expect,
    parse_seconds,
    place,
)
from callinspect.providers.genesyscloud import related
from callinspect.providers.genesyscloud.calls import NAME, check_medium, normalize
from callinspect.providers.genesyscloud.listing import LISTING
from callinspect.providers.genesyscloud.related import ANALYTICS, CALLS, PERMISSION, ROOT
from callinspect.providers.genesyscloud.words import WORDS
from callinspect.providers.genesyscloud.words.errors import ERRORS, HINTS

REGIONS = {
    "us-east-1": "mypurecloud.com",
    "us-east-2": "use2.us-gov-pure.cloud",
    "us-west-2": "usw2.pure.cloud",
    "ca-central-1": "cac1.pure.cloud",
    "eu-west-1": "mypurecloud.ie",
    "eu-west-2": "euw2.pure.cloud",
    "eu-central-1": "mypurecloud.de",
    "eu-central-2": "euc2.pure.cloud",
    "eusc-de-east-1": "edee1.eusc-pure.cloud",
    "ap-northeast-1": "mypurecloud.jp",
    "ap-northeast-2": "apne2.pure.cloud",
    "ap-northeast-3": "apne3.pure.cloud",
    "ap-south-1": "aps1.pure.cloud",
    "ap-southeast-1": "apse1.pure.cloud",
    "ap-southeast-2": "mypurecloud.com.au",
    "sa-east-1": "sae1.pure.cloud",
    "me-central-1": "mec1.pure.cloud",
    "mx-central-1": "mxc1.pure.cloud",
}
"""The domain of each region, by the name of the AWS region."""

HOSTS = {f"{part}.{domain}": domain for domain in REGIONS.values() for part in ("api", "login", "apps")}
"""The same by hosts that people have at hand."""

API, LOGIN = "api.", "login."

NOT_FOUND_HINTS = (
    "it may belong to another organization or region: callinspect auth status genesyscloud",
    "a conversation without a call, or one that the organization no longer keeps, is not found either",
)

OLDER = f"older calls need the permission {PERMISSION}, with a user's token also the scope analytics:readonly"


def token_url(base_url: str) -> str:
    """Return the token endpoint for an address of the API: a host beside it, or the same where that is another's."""
    parts = urlsplit(base_url)
    host = LOGIN + parts.netloc.removeprefix(API) if parts.netloc.startswith(API) else parts.netloc
    return f"{parts.scheme}://{host}/oauth/token"


def fetch(account: Account, call_id: str) -> Flow:
    """Fetch the call; its details, where the calls resource no longer knows it."""
    try:
        return Document((yield Request(url=CALLS.url(account, call_id))), call_id)
    except NotFoundError as error:
        if error.http_status != NOT_FOUND:
            raise
        missing = error
    try:
        answer = yield Request(url=ANALYTICS.url(account, call_id, "details"))
    except NotFoundError:
        raise missing from None
    except ForbiddenError:
        missing.hints = (*NOT_FOUND_HINTS, OLDER)
        raise missing from None
    if "conversationId" in answer.fields:
        check_medium(answer.fields)
    return Document(answer, call_id)


READ_ERROR = errors(
    "message",
    "code",
    meanings=ERRORS,
    hints=HINTS,
    request_id="ININ-Correlation-Id",
    own=lambda response, message, code: message is not None and (code in ERRORS or "contextId" in response.fields),
    reset=("inin-ratelimit-reset", parse_seconds),
)


def refusal(response: Response) -> Refusal | None:
    """Read an error body: `{message, code, status, contextId}`."""
    found = READ_ERROR(response)
    context = response.fields.get("contextId")
    if found is not None and found.request_id is None and isinstance(context, str):
        return found._replace(request_id=context)
    return found


def verify(account: Account) -> Request:
    """Ask whose the token is."""
    return Request(url=place("tokens", "me", root=ROOT).url(account))


def verified(response: Response) -> None:
    """Read whose it is: an organization's."""
    expect(response, "organization", "OAuthClient")


PROVIDER = Provider(
    name=NAME,
    title="Genesys Cloud",
    docs="https://developer.genesys.cloud/routing/conversations/conversations-apis",
    base_url="https://api.{region}",
    fields=(
        Field(
            name="region",
            title="Region, by AWS name or domain",
            choices=tuple(dict.fromkeys(REGIONS.values())),
            aliases={**REGIONS, **HOSTS, **{f"https://{host}": domain for host, domain in HOSTS.items()}},
            default=REGIONS["us-east-1"],
            env=("GENESYSCLOUD_REGION",),
        ),
        Field(name="client_id", title="OAuth client ID", env=("GENESYSCLOUD_OAUTHCLIENT_ID",)),
        Field(name="client_secret", title="OAuth client secret", secret=True, env=("GENESYSCLOUD_OAUTHCLIENT_SECRET",)),
        Field(name="access_token", title="Access token", secret=True, env=("GENESYSCLOUD_ACCESS_TOKEN",)),
        Field(name="token_url", title="Token endpoint", url=True, follows=token_url),
    ),
    schemes=(ClientCredentials(), Bearer()),
    fetch=fetch,
    normalize=normalize,
    refusal=refusal,
    words=WORDS,
    verify=verify,
    verified=verified,
    not_found_hints=NOT_FOUND_HINTS,
    reads="conversations with a call, as long as the organization keeps them",
    credentials_help="Admin, Integrations, OAuth in Genesys Cloud (https://help.mypurecloud.com/articles/create-an-oauth-client/)",
    listing=LISTING,
    extras={
        "events": Extra(
            "what each participant did, with SIP and Q.850 codes", related.fetch_events, related.read_events
        ),
        "recordings": Extra("its recordings", related.fetch_recordings, related.read_recordings),
    },
    id_forms=(IDForm(UUID, "a UUID", Certainty.POSSIBLE),),
    interval=0.2,
    reserved_ids=frozenset({"history", "maximumconferenceparties"}),
)
