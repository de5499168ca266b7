#!/usr/bin/env python3
"""A model behind a URL, with nothing but Python's standard library.

GET /inference/{topic}/{block} answers one plain decimal number: the price expected one epoch after that block.
The forecast is an AR(1) model of the log returns, fitted by least squares to the last blocks.

    python3 samples/model-python/model.py --port 8000
"""
import argparse
import hashlib
import math
import re
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HISTORY_BLOCKS = 96
HORIZON_BLOCKS = 12
SCALES = 14


def noise(topic: int, scale: int, index: int) -> float:
    """Evenly spread over -1 to 1, the same for the same arguments."""
    digest = hashlib.blake2b(f"{topic}/{scale}/{index}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**63 - 1


def price(topic: int, height: int) -> float:
    """A made-up market price for every block; a real model reads its own data here."""
    log_price = math.log(1000 + 500 * (topic % 8))
    for scale in range(SCALES):
        span = 2**scale
        left, rest = divmod(height, span)
        part = rest / span
        smooth = part * part * (3 - 2 * part)
        mixed = noise(topic, scale, left) * (1 - smooth) + noise(topic, scale, left + 1) * smooth
        log_price += mixed * 0.0006 * math.sqrt(span)
    return math.exp(log_price)


def predict(topic: int, height: int) -> float:
    """Fits r[t+1] = mean + phi * (r[t] - mean) and sums the returns it expects over the horizon."""
    logs = [math.log(price(topic, h)) for h in range(height - HISTORY_BLOCKS, height + 1)]
    returns = [after - before for before, after in zip(logs, logs[1:])]
    mean = sum(returns) / len(returns)
    centred = [r - mean for r in returns]
    power = sum(r * r for r in centred[:-1])
    phi = sum(a * b for a, b in zip(centred, centred[1:])) / power if power else 0.0
    phi = max(-0.95, min(0.95, phi))
    step, expected = centred[-1], logs[-1]
    for _ in range(HORIZON_BLOCKS):
        step *= phi
        expected += mean + step
    return math.exp(expected)


class Inference(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        asked = re.fullmatch(r"/inference/(\d{1,18})/(\d{1,18})", self.path.split("?")[0])
        if asked:
            self.answer(200, f"{predict(int(asked[1]), int(asked[2])):.6f}")
        elif self.path == "/health":
            self.answer(200, "ok")
        else:
            self.answer(404, "not found: GET /inference/{topic}/{block}")

    def answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """One line per request would only hide the lines that matter."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # Many topics may open in one block and ask at once; the default of 5 would turn some away.
    request_queue_size = 512


def main() -> None:
    arguments = argparse.ArgumentParser(description="A sample price model for Allora topics.")
    arguments.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    arguments.add_argument("--port", type=int, default=8000, help="port to listen on, 0 = any free (default 8000)")
    options = arguments.parse_args()
    server = Server((options.host, options.port), Inference)

    def stop(*_: object) -> None:
        # shutdown() waits for the serving loop, which this signal has interrupted: it needs a thread of its own.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"model listens on http://{options.host}:{server.server_port}/inference/{{TopicId}}/{{BlockHeight}}",
          flush=True)
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    main()
