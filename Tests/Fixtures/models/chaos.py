"""A model server on a bad day: 429 with and without Retry-After, limits of requests and tokens a minute, 500s, slow
answers, connections that are dropped before or in the middle of an answer.

Prints its port and serves until its standard input ends. It bills an answer when it begins to send it, and, as the
providers that know Idempotency-Key do, gives the same answer without billing when a request comes again with its key.
What happens to a request follows from a fixed seed and the order of arrival.
Arguments: requests a second, tokens a second.
GET /bill: {"billed": answers billed, "distinct": different prompts billed, "requests": …, "refused": 429s, …}
"""
import json
import random
import sys
import threading
import time
from http.server import ThreadingHTTPServer

from answering import AnsweringHandler

RATE = float(sys.argv[1]) if len(sys.argv) > 1 else 200.0
TOKENS = float(sys.argv[2]) if len(sys.argv) > 2 else 200_000.0
lock = threading.Lock()
chance = random.Random(7)
bill = {"requests": 0, "refused": 0, "errors": 0, "dropped": 0, "slow": 0, "billed": 0}
prompts = {}
done = {}
buckets = {"requests": [RATE, time.monotonic()], "tokens": [TOKENS, time.monotonic()]}


def take(name, rate, amount):
    """A token bucket that holds what flows in within a second."""
    level, last = buckets[name]
    now = time.monotonic()
    level = min(rate, level + (now - last) * rate)
    fits = level >= min(amount, rate)
    buckets[name] = [level - amount if fits else level, now]
    return fits


class Handler(AnsweringHandler):
    def do_GET(self):
        with lock:
            self.answer(200, {**bill, "distinct": len(prompts)})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = body["messages"][-1]["content"]
        key = self.headers["Idempotency-Key"]
        tokens = sum(len(message["content"]) for message in body["messages"]) // 4 + 50
        with lock:
            bill["requests"] += 1
            fate = chance.random()
            if not take("requests", RATE, 1) or not take("tokens", TOKENS, tokens):
                bill["refused"] += 1
                headers = {"Retry-After": "1"} if fate < 0.5 else {}
                return self.answer(429, {"error": {"message": "Rate limit reached"}}, headers)
            if fate < 0.04:
                bill["errors"] += 1
                return self.answer(500, {"error": {"message": "The server had an error"}})
            if fate < 0.07:
                bill["dropped"] += 1
                self.close_connection = True
                return
        if fate > 0.97:
            with lock:
                bill["slow"] += 1
            time.sleep(0.5)
        with lock:
            known = done.get(key)
            if not known:
                bill["billed"] += 1
                prompts[prompt] = prompts.get(prompt, 0) + 1
                known = {
                    "model": body["model"],
                    "choices": [{"message": {"role": "assistant", "content": json.dumps({"answer": prompt})}}],
                    "usage": {"prompt_tokens": tokens - 50, "completion_tokens": 50},
                }
                done[key] = known
            cut = 0.07 <= fate < 0.09
            bill["dropped"] += cut
        self.answer(200, known, cut=cut)


class Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
