"""A vendor that takes its time: answers every GET with the same call after so many seconds. Prints its port, serves.

    python latency.py SECONDS CALL CERTIFICATE

CALL is a file with ID in the place of the id, CERTIFICATE one with a private key and a chain. Nothing here reads more
of a request than its first line, or does anything else that a client could wait for.
"""

import asyncio
import ssl
import sys
from pathlib import Path


class Vendor(asyncio.Protocol):
    """One connection."""

    def __init__(self, seconds: float, call: bytes) -> None:
        self._seconds = seconds
        self._before, _, self._after = call.partition(b"ID")
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        *requests, self._unread = (self._unread + data).split(b"\r\n\r\n")
        for request in requests:
            body = self._before + request.split(b" ", 2)[1].rpartition(b"/")[2] + self._after
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            asyncio.get_running_loop().call_later(self._seconds, self._transport.write, head + body)


async def serve(seconds: float, call: bytes, certificate: str) -> None:
    """Serve on a free port of loopback."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Vendor(seconds, call), "127.0.0.1", 0, ssl=context, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), Path(sys.argv[2]).read_bytes(), sys.argv[3]))
