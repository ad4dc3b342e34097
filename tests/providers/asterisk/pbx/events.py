"""An application of a server's: the events that it is sent, over a WebSocket (RFC 6455) of the least that it takes."""

from __future__ import annotations

import json
import os
import socket
import threading
from base64 import b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from providers.asterisk.pbx import PASSWORD, PATIENCE, PBX, says, until

if TYPE_CHECKING:
    from io import BufferedReader

TEXT = 0x81
"""A text, in one frame. The server sends nothing else; it asks for no pong."""


def frame(received: BufferedReader) -> bytes:
    """Return the text of the next frame; nothing at the end."""
    kind, length = received.read(2) or (TEXT, 0)
    assert kind == TEXT, kind
    if length >= 126:
        length = int.from_bytes(received.read(2 if length == 126 else 8), "big")
    return received.read(length)


class Application:
    """The application of a server that channels are given to, told what happens to any; a context manager."""

    NAME = "tester"

    def __init__(self, pbx: PBX) -> None:
        self.pbx = pbx
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        self._socket = socket.create_connection((self.pbx.address, self.pbx.port), timeout=PATIENCE)
        login = b64encode(f"operator:{PASSWORD}".encode()).decode()
        key = b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET /ari/events?app={self.NAME}&subscribeAll=true HTTP/1.1\r\nHost: {self.pbx.address}\r\n"
            f"Authorization: Basic {login}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        received = self._socket.makefile("rb")
        assert b" 101 " in received.readline()
        while received.readline() != b"\r\n":
            pass
        self._socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, args=(received,), daemon=True)
        self._reader.start()
        return self

    def _read(self, received: BufferedReader) -> None:
        with received, suppress(ConnectionError):
            while text := frame(received):
                self.events.append(json.loads(text))

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(PATIENCE)
        self._socket.close()

    def event(self, kind: str, **wanted: str) -> dict[str, Any]:
        """Wait for an event of that type about a channel that says so, and return it."""
        return dict(until(lambda: [e for e in self.events if e["type"] == kind and says(e["channel"], **wanted)])[0])

    def dial(self, number: str, call_id: str) -> None:
        """Call a number of the dialplan as an application does, which stays when it is refused."""
        self.pbx.ask("POST", "channels/create", endpoint=f"Local/{number}@calls", app=self.NAME, channelId=call_id)
        self.event("StasisStart", id=call_id)
        self.pbx.ask("POST", f"channels/{call_id}/dial")
