"""A scripted OpenAI-compatible upstream, standard library only.

`Upstream(answer)` listens on a free loopback port and asks `answer(body)` for the reply to every
chat completion: a `Reply`. Streams when the request says so. Every request is recorded, and
`broken_off` is set when the other side leaves a stream.
"""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """What the upstream answers: a text, tool calls, or an error with its status."""

    text: str | None = None
    tool_calls: list = field(default_factory=list)
    status: int = 200
    # Of an error: its code, and after how many seconds to try again.
    code: str = "scripted"
    retry_after: str | None = None
    # Seconds between the pieces of a stream.
    pause: float = 0
    # A field of the reply that no client knows: it must come through.
    vendor: str = "kept"

    @property
    def finish_reason(self):
        return "tool_calls" if self.tool_calls else "stop"


@dataclass
class Request:
    """A recorded request; header names in lower case."""

    path: str
    headers: dict
    body: dict


class Upstream:
    """The server, on a thread of its own. Use as a context manager."""

    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.broken_off = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def record(self, request):
        with self._lock:
            self.requests.append(request)

    @property
    def chats(self):
        """The chat completions that arrived, oldest first."""
        with self._lock:
            return [request for request in self.requests if request.path == "/v1/chat/completions"]


def _handler(upstream):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            upstream.record(Request(self.path, self._header_fields(), {}))
            if self.path == "/v1/models":
                model = {"id": "scripted", "object": "model", "created": 0, "owned_by": "tests"}
                self._json(200, {"object": "list", "data": [model]})
            else:
                self._json(404, _error(f"no such path: {self.path}"))

        def do_POST(self):
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length) or b"{}")
            upstream.record(Request(self.path, self._header_fields(), body))
            if self.path != "/v1/chat/completions":
                self._json(404, _error(f"no such path: {self.path}"))
                return
            reply = upstream.answer(body)
            if reply.status != 200:
                self._json(reply.status, _error("the upstream was told to fail", reply.code), reply.retry_after)
            elif body.get("stream"):
                try:
                    self._stream(body, reply)
                except ConnectionError:
                    self.close_connection = True
                    upstream.broken_off.set()
            else:
                self._json(200, _whole(body, reply))

        def _header_fields(self):
            return {name.lower(): value for name, value in self.headers.items()}

        def _json(self, status, value, retry_after=None):
            data = json.dumps(value).encode()
            self.send_response(status)
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _stream(self, body, reply):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for chunk in _chunks(body, reply):
                self._event(json.dumps(chunk))
                time.sleep(reply.pause)
            self._event("[DONE]")
            self.wfile.write(b"0\r\n\r\n")

        def _event(self, data):
            event = f"data: {data}\n\n".encode()
            self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
            self.wfile.flush()

        def log_message(self, *_):
            pass

    return Handler


def _error(message, code="scripted"):
    return {"error": {"message": message, "type": "server_error", "param": None, "code": code}}


def _usage():
    return {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def _whole(body, reply):
    message = {"role": "assistant", "content": reply.text}
    if reply.tool_calls:
        message["tool_calls"] = reply.tool_calls
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model", "scripted"),
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish_reason}],
        "usage": _usage(),
        "vendor_field": reply.vendor,
    }


def _chunks(body, reply):
    def chunk(delta, finish=None):
        return {
            "id": "chatcmpl-scripted",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": body.get("model", "scripted"),
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
            "vendor_field": reply.vendor,
        }

    yield chunk({"role": "assistant", "content": ""})
    # Pieces of seven characters: words and multi-byte letters are cut at odd places.
    text = reply.text or ""
    for at in range(0, len(text), 7):
        yield chunk({"content": text[at : at + 7]})
    for index, call in enumerate(reply.tool_calls):
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        head = {"index": index, "id": call["id"], "type": "function"}
        yield chunk({"tool_calls": [{**head, "function": {"name": name, "arguments": ""}}]})
        for at in range(0, len(arguments), 5):
            piece = {"index": index, "function": {"arguments": arguments[at : at + 5]}}
            yield chunk({"tool_calls": [piece]})
    yield chunk({}, reply.finish_reason)
    if body.get("stream_options", {}).get("include_usage"):
        yield {**chunk({}), "choices": [], "usage": _usage()}
