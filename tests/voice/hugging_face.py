"""A source of models on this machine: the two addresses of Hugging Face that are used, and its troubles."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Source:
    """Repositories: name → path → content."""

    def __init__(self, repositories: dict[str, dict[str, bytes]]) -> None:
        self.repositories = repositories
        self.asked: list[tuple[str, str | None]] = []
        """Path and range of every file that was fetched."""
        self.cut_after: list[int] = []
        """So many bytes of the next files are sent, then the connection breaks."""
        self.damaged: set[str] = set()
        self.no_ranges = False
        self.answers: bytes | None = None
        """What every address answers, instead."""
        self.url = ""

    def tree(self, path: str) -> list[dict[str, Any]] | None:
        owner, name, _, _, *folder = path.split("/")
        files = self.repositories.get(f"{owner}/{name}")
        begins = "/".join(folder) + "/" if folder else ""
        if files is None or not any(one.startswith(begins) for one in files):
            return None
        found: list[dict[str, Any]] = [{"type": "directory", "path": "onnx", "size": 0, "oid": "x"}]
        for one, content in files.items():
            if one.startswith(begins) and "/" not in one[len(begins) :]:
                git = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
                found.append({"type": "file", "path": one, "size": len(content), "oid": git})
                if one.endswith((".bin", ".onnx")):
                    found[-1]["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content)}
        return found


@contextmanager
def source(repositories: dict[str, dict[str, bytes]]) -> Iterator[Source]:
    """Serve on a free port."""
    found = Source(repositories)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

        def do_GET(self) -> None:
            if found.answers is not None:
                return self.give(200, found.answers)
            if self.path.startswith("/api/models/"):
                listed = found.tree(self.path.removeprefix("/api/models/"))
                if listed is None:
                    return self.give(404 if "piper" in self.path else 401, b'{"error": "not found"}')
                return self.give(200, json.dumps(listed).encode())
            owner, name, _, _, *path = self.path.strip("/").split("/")
            content = found.repositories.get(f"{owner}/{name}", {}).get("/".join(path))
            if content is None:
                return self.give(404, b"")
            wanted = self.headers.get("Range")
            found.asked.append((path[-1], wanted))
            if path[-1] in found.damaged:
                content = content[:-1] + bytes([content[-1] ^ 1])
            begin, status = 0, 200
            if wanted and not found.no_ranges:
                begin, status = int(wanted.removeprefix("bytes=").removesuffix("-")), 206
            self.give(status, content[begin:], begin, len(content))

        def give(self, status: int, body: bytes, begin: int = 0, size: int = 0) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 206:
                self.send_header("Content-Range", f"bytes {begin}-{size - 1}/{size}")
            self.end_headers()
            if size and found.cut_after and len(body) > found.cut_after[0]:
                self.wfile.write(body[: found.cut_after.pop(0)])
                self.close_connection = True
            else:
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
