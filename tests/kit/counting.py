"""A vendor that counts what it is asked."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kit.program import Env, env_of


class Counting(ThreadingHTTPServer):
    """A vendor that counts, and that refuses every so manieth request."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Take no notice of clients that go away."""

    def __init__(self, refuse_every: int = 0, delay: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), Calls)
        self.refuse_every = refuse_every
        self.delay = delay
        self.lock = threading.Lock()
        self.requests = 0
        self.answered: Counter[str] = Counter()
        self.connections = 0


class Calls(BaseHTTPRequestHandler):
    """Answers with the call that is asked for, and with not found for IDs that begin with “none”."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Counting

    def setup(self) -> None:
        super().setup()
        with self.server.lock:
            self.server.connections += 1

    def do_GET(self) -> None:
        identifier = self.path.rpartition("/")[2]
        with self.server.lock:
            self.server.requests += 1
            refused = self.server.refuse_every and self.server.requests % self.server.refuse_every == 0
            if not refused:
                self.server.answered[identifier] += 1
        time.sleep(self.server.delay)
        missing = identifier.startswith("none")
        call = {"callId": identifier, "state": "answered"}
        body = json.dumps({"type": "validation", "description": "Call not found"} if missing else call).encode()
        self.send_response(429 if refused else 404 if missing else 200)
        if refused:
            self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def counting(refuse_every: int = 0, delay: float = 0.0) -> Iterator[Counting]:
    """Have such a vendor answer."""
    server = Counting(refuse_every, delay)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def account(server: Counting, home: Path) -> Env:
    """Return the environment of a user with an account there."""
    return env_of(home, f"http://127.0.0.1:{server.server_port}")


def ids(output: bytes) -> list[str]:
    """Return the IDs of the records in an output."""
    return [json.loads(line)["id"] for line in output.splitlines()]
