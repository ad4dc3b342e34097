"""Requests to the emulated vendors, and their replies."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message

Delivery = Literal["whole", "slow", "truncated", "reset"]

JSON: Final = "application/json"
JSON_UTF8: Final = "application/json;charset=UTF-8"
HTML: Final = "text/html;charset=UTF-8"


@dataclass(frozen=True)
class Request:
    """A request: method, target, headers (in any case), body, the client's address, and the vendor's base path.

    `earlier` has the last segments of the paths that were asked for on the same connection before, the latest first.
    """

    method: str
    target: str
    headers: Message
    body: bytes = b""
    client: str = "127.0.0.1"
    root: str = ""
    earlier: tuple[str, ...] = ()

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path, decoded segment by segment; a trailing slash is ignored, and `..` is a name like any other."""
        return tuple(unquote(segment) for segment in self.path.strip("/").split("/"))

    @cached_property
    def path(self) -> str:
        """The path as sent, without the vendor's base path."""
        return urlsplit(self.target).path.removeprefix(self.root)

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters, with the last value of each."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        """The body, read as an HTML form."""
        return dict(parse_qsl(self.body.decode("latin-1"), keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The body, read as JSON; None if it is something else."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def is_form(self) -> bool:
        """Whether the body is declared to be an HTML form."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip() == "application/x-www-form-urlencoded"

    @property
    def bearer(self) -> str | None:
        """The bearer token, or None."""
        return self._credential("bearer")

    @property
    def basic(self) -> tuple[str, str] | None:
        """The Basic user name and password, or None if they are missing or cannot be decoded."""
        try:
            text = base64.b64decode(self._credential("basic") or "", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
        name, colon, password = text.partition(":")
        return (name, password) if colon else None

    def _credential(self, scheme: str) -> str | None:
        found, _, credential = self.headers.get("Authorization", "").partition(" ")
        return credential.strip() if found.lower() == scheme else None


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: status, body, headers except the length, how it is delivered, and whether it is the vendor's own."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    delivery: Delivery = "whole"
    own: bool = True


def reply(document: Any, *, status: int = 200, kind: str = JSON, headers: Mapping[str, str] | None = None) -> Reply:
    """Return *document* as JSON, compact and in UTF-8."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, (("Content-Type", kind), *(headers or {}).items()))


class Refusal(NamedTuple):
    """A vendor's error response; strings may contain names in braces (see `vendor.Vendor.refuse`).

    Attributes:
        status: the HTTP status.
        body: the document.
        headers: additional headers.
        kind: the content type, if it differs from that of the vendor's other responses.
    """

    status: int
    body: Any
    headers: Mapping[str, str] = {}
    kind: str | None = None


def page(title: str, *, status: int) -> Reply:
    """Return an HTML page, as a proxy or gateway sends it."""
    body = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Reply(status, body.encode(), (("Content-Type", HTML),), own=False)
