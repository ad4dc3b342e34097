"""Related data of a Webex call: the user's other calls of the same session, out of the list of calls."""

from callinspect.errors import BadResponseError
from callinspect.model import Relation
from callinspect.provider import (
    Account,
    Document,
    ExtraFlow,
    Incomplete,
    Page,
    Request,
    Response,
    as_text,
    is_same_call,
    items,
    relative,
    searched,
    url,
)


def calls_url(account: Account, *call_id: str) -> str:
    """Return the address of the calls of the token's own user or of a member, or of one of these calls."""
    member = account.get("member_id")
    if member is None:
        return url(account.base_url, "telephony", "calls", *call_id, lineOwnerId=account.get("line_owner_id"))
    return url(
        account.base_url, "telephony", "calls", "members", member, "calls", *call_id, orgId=account.get("org_id")
    )


def list_read(response: Response) -> Page:
    """Read `{items: [...]}`."""
    found = response.document
    return Page(calls=items(found.get("items") if isinstance(found, dict) else None))


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """List Calls: those of the same session are the call's other legs."""
    session = as_text(document.fields.get("callSessionId"))
    if session is None:
        raise BadResponseError("it has no callSessionId, which its legs share")
    answer = yield Request(url=calls_url(account))
    notes: list[str] = []
    listed = searched(answer, list_read(answer).calls, "the user's calls", notes)
    same = [each for each in listed if is_same_call(session, as_text(each.get("callSessionId")) or "")]
    return Incomplete([relative(Relation.SIBLING, each) for each in same], tuple(notes))
