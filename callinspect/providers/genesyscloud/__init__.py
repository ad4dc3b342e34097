"""Genesys Cloud: a conversation, whose participants are folded into one call.

The calls resource has what is alive and what ended lately; the analytics have the rest, what each participant did, and
the list.
"""

from urllib.parse import urlsplit

from callinspect.errors import ForbiddenError, NotFoundError, UsageError
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
    Request,
    Response,
    errors,
    expect,
    parse_seconds,
    place,
)
from callinspect.providers.genesyscloud import public, related
from callinspect.providers.genesyscloud.calls import NAME, normalize, without_call
from callinspect.providers.genesyscloud.listing import LISTING
from callinspect.providers.genesyscloud.paths import ANALYTICS, CALLS, DETAILS, PERMISSION, ROOT
from callinspect.providers.genesyscloud.regions import REGIONS
from callinspect.providers.genesyscloud.words import WORDS
from callinspect.providers.genesyscloud.words.errors import ERRORS, HINTS

API, LOGIN = "api.", "login."

NOT_FOUND_HINTS = (
    "it may belong to another organization or region: callinspect auth status genesyscloud",
    "or it was deleted, or has no voice call",
)

OLDER = f"to read older calls: permission {PERMISSION} (user tokens also need scope analytics:readonly)"


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
        answer = yield Request(url=ANALYTICS.url(account, call_id, DETAILS))
    except NotFoundError:
        raise missing from None
    except ForbiddenError:
        missing.hints = (*NOT_FOUND_HINTS, OLDER)
        raise missing from None
    if said := without_call(answer.fields):
        raise NotFoundError(said, hint="only conversations with a voice call can be read")
    return Document(answer, call_id)


def is_own(response: Response, message: str | None, code: str | None) -> bool:
    """Whether an error is the vendor's: it has a code of its, or an ID for its support."""
    return message is not None and (code in ERRORS or "contextId" in response.fields)


refusal = errors(
    ("message", "error_description"),
    ("code", "error"),
    meanings=ERRORS,
    by_status=dict.fromkeys((409, 413, 415), UsageError),
    hints=HINTS,
    request_id=("ININ-Correlation-Id", "contextId"),
    elsewhere="check region and base_url",
    call="conversation",
    unnamed=False,
    own=is_own,
    reset=("inin-ratelimit-reset", parse_seconds),
)


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
            choices=tuple(domain for _, domain in REGIONS),
            aliases=dict(REGIONS),
            hosts=("api", "login", "apps"),
            default="us-east-1",
            offered=True,
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
            "what each participant did, with SIP and Q.850 codes",
            related.fetch_events,
            related.read_events,
            public=public.EVENT,
        ),
        "recordings": Extra(
            "its recordings", related.fetch_recordings, related.RECORDING.read, public=public.RECORDING
        ),
    },
    id_forms=(IDForm(UUID, "a UUID", Certainty.POSSIBLE),),
    interval=0.2,
    reserved_ids=frozenset({"history", "maximumconferenceparties"}),
    public=public.CALL,
    envelopes=DETAILS,
)
