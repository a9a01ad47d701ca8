"""A server that speaks OpenAI's protocol as far as the tests need, and misbehaves when told to.

Prints its port and serves until its standard input ends. What it does follows from what is sent:
  embeddings: the vector of a text is made from its letters; a text that holds
    "POISON" makes the whole request fail with 400,
    "WIDE"   gives one dimension too many,
    "SHORT"  leaves the last vector out,
    "ZERO"   gives zeros
  model "limit-N": more than N texts in a request are refused with 400, by number; "mute-limit-N": with 413, without
  model "swapped": gives other vectors after POST /swap
  model "no-schema": refuses response_format json_schema and json_object with 400
  model "spent": 429 with the code insufficient_quota
  model "tokens-N": says in its headers that no tokens are left for N seconds
  model "busy-N": the first N requests get 429 with Retry-After: 0, then all is well; "down": always 503
  chat: the answer is what stands behind "ANSWER:" in the last message (the first of its lines for the first
    request with that message, and so on), else {"echo": …}
GET /count gives the number of requests so far.
"""
import json
import sys
import threading
from http.server import ThreadingHTTPServer

from answering import AnsweringHandler

counts = {}
lock = threading.Lock()


def count(name):
    with lock:
        counts[name] = counts.get(name, 0) + 1
        return counts[name]


def vector(text):
    values = [0.0] * 8
    for position, letter in enumerate(text):
        values[ord(letter) % 8] += 1.0 + position % 3
    return values


class Handler(AnsweringHandler):
    def do_GET(self):
        self.answer(200, dict(counts))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/swap":
            count("swaps")
            return self.answer(200, {})
        model = body["model"]
        number = count(model)
        count("all")
        if model == "secret" and self.headers["Authorization"] != "Bearer open-sesame":
            return self.answer(401, {"error": {"message": f"bad key {self.headers['Authorization']}"}})
        if model == "down":
            return self.answer(503, b"try later", {"Retry-After": "0"})
        if model == "spent":
            return self.answer(429, {"error": {"message": "no money", "code": "insufficient_quota"}})
        if model == "no-schema" and "response_format" in body:
            return self.answer(400, {"error": {"message": f"response_format {body['response_format']['type']} is not supported"}})
        if model.startswith("busy-") and number <= int(model[5:]):
            return self.answer(429, {"error": {"message": "slow down"}}, {"Retry-After": "0"})
        if self.path == "/v1/embeddings":
            self.embeddings(body)
        elif self.path == "/v1/chat/completions":
            self.chat(body)
        else:
            self.answer(404, {"error": {"message": f"no {self.path}"}})

    def embeddings(self, body):
        assert body["encoding_format"] == "float"
        texts = body["input"]
        if any("POISON" in text for text in texts):
            return self.answer(400, {"error": {"message": "input is not allowed"}})
        limit = body["model"].rpartition("limit-")[2]
        if limit.isdigit() and len(texts) > int(limit):
            if body["model"].startswith("mute-"):
                return self.answer(413, b"too large")
            return self.answer(400, {"error": {"message": f"batch size is invalid, it should not be larger than {limit}"}})
        data = [{"index": i, "embedding": vector(text)} for i, text in enumerate(texts)]
        if body["model"] == "swapped" and counts.get("swaps"):
            for entry in data:
                entry["embedding"] = entry["embedding"][::-1]
        for entry, text in zip(data, texts):
            if "WIDE" in text:
                entry["embedding"].append(1.0)
            if "ZERO" in text:
                entry["embedding"] = [0.0] * 8
        if any("SHORT" in text for text in texts):
            data.pop()
        # Out of order, as the protocol allows.
        tokens = sum(len(text) for text in texts) // 4
        self.answer(200, {"data": data[::-1], "model": body["model"], "usage": {"prompt_tokens": tokens}})

    def chat(self, body):
        last = body["messages"][-1]["content"]
        content = json.dumps({"echo": last})
        for message in body["messages"]:
            if "ANSWER:" in message["content"]:
                lines = message["content"].split("ANSWER:", 1)[1].strip().split("\n")
                content = lines[min(len(body["messages"]) // 2 - 1, len(lines) - 1)]
        self.answer(
            200,
            {
                "model": body["model"] + "-2026",
                "choices": [{"message": {"role": "assistant", "content": content}}],
                "usage": {"prompt_tokens": 10, "completion_tokens": 5},
            },
            {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": body["model"][7:] + "s"}
            if body["model"].startswith("tokens-")
            else {},
        )


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
