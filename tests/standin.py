"""A small OpenAI-compatible server, for tests: run as a process of its own, standard library only.

It says what the last message tells it to (``say: WORD``) or its ``--script`` has for it, can lack
features, and can fail in each way a server fails. ``GET /requests`` gives the bodies of the chat
requests it has had. ``POST /fail`` with ``{"fail": KIND, "after": N, "times": N}`` lets it fail
from now on.
"""

import argparse
import json
import math
import re
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FAILURES = (
    *("400", "401", "404", "429", "500", "503"),
    *("html", "no-choices", "drop", "slow", "break", "truncate", "garbage-stream"),
    *("drip", "half", "noise", "nulls", "odd", "drip-header"),
)
DRIPS = 100
"""How often a reply that drips sends something more, each after 0.2 s."""
REQUESTS: list[dict[str, Any]] = []


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--features", default="grammar,json_schema,logprobs")
    parser.add_argument("--refuse", action="store_true", help="400 to what it does not know")
    parser.add_argument("--most", type=int, default=1000, help="most alternatives of a token")
    parser.add_argument("--no-stream", action="store_true", help="it replies whole at any rate")
    parser.add_argument("--fail", choices=FAILURES)
    parser.add_argument("--times", type=int, default=10**9, help="how often it fails")
    parser.add_argument("--after", type=int, default=0, help="requests answered before it fails")
    parser.add_argument("--key", default="")
    parser.add_argument("--slots", type=int, default=0, help="requests at once; 0: any number")
    parser.add_argument("--script", help="a JSON file: the rules of scripted()")
    parser.add_argument("--seconds", type=float, default=0, help="that a reply takes in its slot")
    return parser.parse_args()


def scripted(text: str, as_json: bool) -> str | None:
    """What the script has for a conversation.

    A rule is ``{"if": PATTERN}`` with ``"say": TEXT`` or ``"write": [[SENTENCE, CITED…]…]``; the
    first that fits counts. What is cited is a number, or words of a numbered sentence.
    """
    for rule in SCRIPT:
        if re.search(rule["if"], text, re.DOTALL):
            return str(rule["say"]) if "say" in rule else written(rule["write"], text, as_json)
    return None


def written(sentences: list[list[Any]], text: str, as_json: bool) -> str:
    """A whole cited answer, as JSON or a sentence a line, of what the conversation has."""
    lines = {int(n): line for n, line in re.findall(r"^\[(\d+)\] (.*)$", text, re.MULTILINE)}

    def number(cited: int | str) -> int:
        if isinstance(cited, int):
            return cited
        return next((n for n, line in lines.items() if cited in line), 0)

    pairs = [(said, [number(each) for each in cited]) for said, *cited in sentences]
    pairs = [(said, numbers) for said, numbers in pairs if 0 not in numbers]
    if as_json:
        items = [{"text": said, "sources": numbers} for said, numbers in pairs]
        return json.dumps({"sentences": items}, ensure_ascii=False)
    return "\n".join(said + "".join(f"[{n}]" for n in numbers) for said, numbers in pairs)


def wanted(body: dict[str, Any]) -> str:
    """What the conversation tells it to say; later messages win."""
    text = "\n".join(str(message["content"]) for message in body["messages"])
    as_json = "response_format" in body and "json_schema" in FEATURES
    told = scripted(text, as_json)
    if told is not None:
        return told
    found = re.findall(r"say: (.+)", text)
    return str(found[-1]) if found else "Hello there."


def allowed(body: dict[str, Any], features: set[str]) -> tuple[list[str], bool]:
    """The replies that a constraint leaves, and whether they go into JSON."""
    if "grammar" in body and "grammar" in features:
        return [
            json.loads(text) for text in re.findall(r'"(?:[^"\\]|\\.)*"', body["grammar"])
        ], False
    if "response_format" in body and "json_schema" in features:
        schema = body["response_format"]["json_schema"]["schema"]
        if "answer" in schema["properties"]:
            return schema["properties"]["answer"]["enum"], True
    return [], False


def reply_tokens(body: dict[str, Any], features: set[str]) -> list[str]:
    options, as_json = allowed(body, features)
    text = wanted(body)
    if options and text not in options:
        text = options[0]
    if as_json:
        return ['{"', "answer", '":', ' "', text, '"}']
    return re.findall(r"\s?\S+", text)  # of several spaces one is left


def logprobs(tokens: list[str]) -> dict[str, Any]:
    """0.6 for what is said, 0.2 for the same in capitals after a space, 0.2 for "The"."""
    content = []
    for token in tokens:
        shares = {token: 0.6, f" {token.upper()}": 0.2, "The": 0.2}
        listed = [{"token": t, "logprob": math.log(p)} for t, p in shares.items()]
        content.append({"token": token, "logprob": math.log(0.6), "top_logprobs": listed})
    return {"content": content}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/props" and OPTIONS.slots:
            self.send_json(200, {"total_slots": OPTIONS.slots})
        else:
            self.send_json(200, REQUESTS)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/fail":
            vars(OPTIONS).update(body)
            REQUESTS.clear()
            self.send_json(200, {})
            return
        REQUESTS.append(body)
        with SLOTS:
            time.sleep(OPTIONS.seconds)
        asked = len(REQUESTS) - OPTIONS.after
        if OPTIONS.fail and 0 < asked <= OPTIONS.times:
            self.fail(OPTIONS.fail)
        elif OPTIONS.key and self.headers["authorization"] != f"Bearer {OPTIONS.key}":
            self.send_error_json(401, "Invalid API Key")
        elif complaint := self.complaint(body):
            self.send_error_json(400, complaint)
        elif body.get("stream") and not OPTIONS.no_stream:
            most = int(body.get("max_tokens", 1000))
            tokens = reply_tokens(body, FEATURES)
            self.send_stream(tokens[:most], finish="stop" if len(tokens) <= most else "length")
        else:
            self.send_reply(body)

    def complaint(self, body: dict[str, Any]) -> str:
        fields = {"grammar": "grammar", "response_format": "json_schema", "logprobs": "logprobs"}
        unknown = [name for name, needs in fields.items() if name in body and needs not in FEATURES]
        if OPTIONS.refuse and unknown:
            return f"unknown field {unknown[0]}"
        if body.get("top_logprobs", 0) > OPTIONS.most:
            return f"top_logprobs must not exceed {OPTIONS.most}"
        return ""

    def fail(self, kind: str) -> None:
        if kind.isdigit():
            self.send_error_json(int(kind), "told to fail")
        elif kind == "html":
            self.send_bytes(200, "text/html", b"<html>Please log in</html>")
        elif kind == "no-choices":
            self.send_json(200, {"result": "fine"})
        elif kind == "drop":
            self.close_connection = True
        elif kind == "slow":
            time.sleep(30)
            self.close_connection = True
        elif kind.startswith("drip"):
            self.send_slowly(kind)
        elif kind == "half":
            self.send_half()
        elif kind == "noise":
            self.wfile.write(bytes(range(256)) * 4)
            self.close_connection = True
        elif kind == "nulls":
            self.send_json(200, {"choices": [{"message": {"content": None}}], "usage": None})
        elif kind == "odd":
            self.send_json(200, {"choices": [{"message": {"content": 7, "role": []}}]})
        else:
            self.send_stream(["Half", " of"], ending=kind)

    def send_slowly(self, kind: str) -> None:
        """A byte or a header now and then, so that no single wait is long."""
        self.close_connection = True
        self.send_response(200)
        if kind == "drip":
            self.send_header("content-type", "application/json")
            self.send_header("content-length", "1000")
        if kind != "drip-header":
            self.end_headers()
        with suppress(OSError):  # whoever asked has given up
            for _ in range(DRIPS):
                if kind == "drip":
                    self.wfile.write(b" ")
                else:
                    self.wfile.write(b"x-more: and more\r\n")
                self.wfile.flush()
                time.sleep(0.2)

    def send_half(self) -> None:
        """A reply that ends before it is whole."""
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "1000")
        self.end_headers()
        self.wfile.write(b'{"choices": [{"message": {"content": "Half')
        self.close_connection = True

    def send_reply(self, body: dict[str, Any]) -> None:
        tokens = reply_tokens(body, FEATURES)
        most = int(body.get("max_tokens", 1000))
        choice: dict[str, Any] = {
            "index": 0,
            "message": {"role": "assistant", "content": "".join(tokens[:most])},
            "finish_reason": "stop" if len(tokens) <= most else "length",
        }
        if body.get("logprobs") and "logprobs" in FEATURES:
            choice["logprobs"] = logprobs(tokens)
        usage = {"prompt_tokens": 12, "completion_tokens": len(tokens), "total_tokens": 12}
        usage["prompt_tokens_details"] = {"cached_tokens": 7}  # type: ignore[assignment]
        reply = {"id": "1", "object": "chat.completion", "created": 0, "model": "standin"}
        self.send_json(200, {**reply, "choices": [choice], "usage": usage})

    def send_stream(self, tokens: list[str], ending: str = "", finish: str = "stop") -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for token in tokens:
            self.send_event(chunk({"content": token}, None))
        if ending == "garbage-stream":
            self.send_event("{not json")
        if ending == "break":  # the chunked body never ends
            self.close_connection = True
            return
        if ending != "truncate":
            self.send_event(chunk({}, finish))
            self.send_event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def send_event(self, data: str) -> None:
        line = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")

    def send_error_json(self, status: int, message: str) -> None:
        self.send_json(status, {"error": {"message": message, "code": status}})

    def send_json(self, status: int, value: object) -> None:
        self.send_bytes(status, "application/json", json.dumps(value).encode())

    def send_bytes(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def chunk(delta: dict[str, str], finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "standin"}
    return json.dumps({**head, "choices": [choice]})


if __name__ == "__main__":
    OPTIONS = arguments()
    FEATURES = set(OPTIONS.features.split(","))
    SCRIPT: list[dict[str, Any]] = []
    if OPTIONS.script:
        with open(OPTIONS.script, encoding="utf-8") as rules:
            SCRIPT = json.load(rules)
    SLOTS = threading.Semaphore(OPTIONS.slots or 10**6)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}/v1\n")
    sys.stdout.flush()
    server.serve_forever()
