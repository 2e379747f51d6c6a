"""A small local server that speaks /v1/embeddings, well or badly, as a test asks it to."""

import hashlib
import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

CHARACTERS_PER_TOKEN = 3
ENDPOINT_KEY = "TEST_API_KEY"


@dataclass
class Script:
    """What the server replies. `damage` changes the reply before it is sent; `statuses` are used up first."""

    dimensions: int = 32
    # Texts and tokens of one text that it takes in a request, refused beyond.
    most_texts: int | None = None
    most_tokens: int | None = None
    damage: object = None
    statuses: list[int] = field(default_factory=list)
    # What it says with a status other than 200, or instead of JSON.
    body: str = '{"error": {"message": "not now", "type": "test", "code": null}}'
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    # Instead of the JSON, with status 200.
    raw: str | None = None
    stall_s: float = 0.0


class EmbeddingServer:
    """`script` may be exchanged at any time; `requests` are the bodies that came in, `keys` their authorisations."""

    def __init__(self):
        self.script = Script()
        self.requests = []
        self.keys = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def texts(self):
        """Of all requests, in the order in which they came."""
        return [text for request in self.requests for text in request["input"]]

    def _handler(self):
        script_of = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                with suppress(ConnectionError):
                    script_of._reply(self)

            def log_message(self, *_arguments):
                pass

        return Handler

    def _reply(self, handler):
        request = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            self.requests.append(request)
            self.keys.append(handler.headers["Authorization"])
            script = self.script
            status = script.statuses.pop(0) if script.statuses else 200
        time.sleep(script.stall_s)
        if handler.path != "/v1/embeddings":
            return self._send(handler, 404, "<h1>nothing here</h1>", "text/html")
        if status != 200:
            return self._send(handler, status, script.body, script.content_type, script.headers)
        if refusal := _refusal(request["input"], script):
            return self._send(handler, 400, refusal)
        if script.raw is not None:
            return self._send(handler, 200, script.raw, script.content_type)
        return self._send(handler, 200, json.dumps(_answer(request, script)))

    def _send(self, handler, status, body, content_type="application/json", headers=None):
        handler.send_response(status)
        data = body.encode()
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(data)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)


def endpoint_row(server, **facts):
    """The catalogue's row of a model that this server offers, stored; its key is that of settings.MODEL_KEYS."""
    from documents.models import EmbeddingModel

    known = {
        "provider": "openai",
        "name": "tiny",
        "base_url": server.base_url,
        "key_name": ENDPOINT_KEY,
        "dimensions": server.script.dimensions,
        "max_tokens": 500,
        "licence": "proprietary",
    }
    return EmbeddingModel.objects.create(**(known | facts))


def words_vector(text, dimensions):
    """The sum of directions that belong to the words of the text, so that texts with the same words are near."""
    total = np.zeros(dimensions)
    for word in text.lower().split():
        seed = int.from_bytes(hashlib.sha256(word.strip(".,?!").encode()).digest()[:4])
        total += np.random.default_rng(seed).normal(size=dimensions)
    return total if total.any() else np.ones(dimensions)


def tokens_of(text):
    return max(len(text) // CHARACTERS_PER_TOKEN, 1)


def _refusal(texts, script):
    if script.most_texts is not None and len(texts) > script.most_texts:
        return json.dumps({"error": {"message": f"batch size {len(texts)} > maximum allowed batch size"}})
    if script.most_tokens is not None and any(tokens_of(text) > script.most_tokens for text in texts):
        return json.dumps({"error": {"message": f"maximum context length is {script.most_tokens} tokens"}})
    return ""


def _answer(request, script):
    dimensions = request.get("dimensions", script.dimensions)
    data = [
        {"object": "embedding", "index": i, "embedding": words_vector(text, dimensions).tolist()}
        for i, text in enumerate(request["input"])
    ]
    tokens = sum(tokens_of(text) for text in request["input"])
    answer = {"object": "list", "data": data, "model": request["model"], "usage": {"total_tokens": tokens}}
    if script.damage is not None:
        script.damage(answer)
    return answer
