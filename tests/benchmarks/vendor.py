"""A vendor for benchmarks: answers every GET with a call, at once or after a while. Prints its port, then serves.

It reads no more of a request than its first line, and does nothing that a client under test could wait for.
"""

import asyncio
import json
import sys
from functools import partial

BODY = {
    "callId": "ID",
    "applicationId": "04e88489-df02-4e34-a0ee-27a91849555f",
    "accountId": "9900000",
    "to": "+19195550134",
    "from": "+19195550143",
    "direction": "outbound",
    "state": "disconnected",
    "startTime": "2024-05-14T10:06:00.000Z",
    "answerTime": "2024-05-14T10:06:04.000Z",
    "endTime": "2024-05-14T10:06:30.000Z",
    "disconnectCause": "hangup",
    "lastUpdate": "2024-05-14T10:06:30.010Z",
}
BEFORE, _, AFTER = json.dumps(BODY).encode().partition(b"ID")


async def answer(latency: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection until it closes."""
    try:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            body = BEFORE + request.split(b" ", 2)[1].rpartition(b"/")[2] + AFTER
            if latency:
                await asyncio.sleep(latency)
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            writer.write(head + body)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def serve(latency: float) -> None:
    """Serve on a free port of loopback."""
    server = await asyncio.start_server(partial(answer, latency), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
