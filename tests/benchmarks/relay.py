"""A proxy that leads every CONNECT to one port of loopback, whatever it asks for. Prints its port, serves.

    python relay.py PORT

For a program that knows no other address than its vendor's own, and obeys a proxy; nothing of it gets out of here.
"""

import asyncio
import sys


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until there is no more."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Serve one connection."""
    try:
        await reader.readuntil(b"\r\n\r\n")
        there, back = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(copy(reader, back), copy(there, writer))
    except (asyncio.IncompleteReadError, OSError):
        writer.close()


async def serve(port: int) -> None:
    """Serve on a free port of loopback."""
    server = await asyncio.start_server(lambda reader, writer: relay(reader, writer, port), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
