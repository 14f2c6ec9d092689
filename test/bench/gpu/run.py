#!/usr/bin/env python3
"""Times pieces of a Winnow run on this machine's graphics card: serves the folder that it lies in, opens its page in a
headless Chromium through the DevTools port, and prints the table as Markdown. Needs Python's standard library alone.

    python3 run.py [--chromium PATH] [--software] [--model DIR] [--rows N] [--layers N] [--hidden N] [--classes LIST]
                   [--texts N] [--rounds N] [--out FILE]
"""

import argparse
import base64
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

ARGUMENTS = ["--headless=new", "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-sync",
             "--remote-debugging-port=0", "--enable-unsafe-webgpu", "--ignore-gpu-blocklist"]
SOFTWARE = ["--use-webgpu-adapter=swiftshader"]
# A driver's adapter in headless Chrome on Linux, where it is off by default.
HARDWARE = ["--use-angle=vulkan", "--enable-features=Vulkan", "--disable-vulkan-surface"] if sys.platform == "linux" else []
NAMES = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome"]
START_SECONDS = 60


class Isolated(http.server.SimpleHTTPRequestHandler):
    """Files of this folder, with the headers that WebAssembly threads need."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map,
                      ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}

    def end_headers(self):
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *_):
        pass


class DevTools:
    """One page of the browser, by its WebSocket (RFC 6455): text messages out, whole answers in."""

    def __init__(self, address):
        url = urllib.parse.urlparse(address)
        self.socket = socket.create_connection((url.hostname, url.port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.answers = self.socket.makefile("rb")
        if b" 101 " not in self.answers.readline():
            raise RuntimeError("The browser's DevTools port took no connection.")
        while self.answers.readline().strip():
            pass
        self.calls = 0

    def call(self, method, **params):
        self.calls += 1
        self.send(json.dumps({"id": self.calls, "method": method, "params": params}).encode())
        while True:
            message = json.loads(self.receive())
            if message.get("method") == "Inspector.targetCrashed":
                raise RuntimeError("The page crashed.")
            if message.get("id") == self.calls:
                if "error" in message:
                    raise RuntimeError(message["error"]["message"])
                return message["result"]

    def evaluate(self, expression, by_value=True):
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=by_value)
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"]
            raise RuntimeError(thrown.get("exception", {}).get("description", thrown["text"]))
        return answer["result"]

    def send(self, data):
        size = len(data)
        mask = os.urandom(4)
        length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2, "big")
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
        self.socket.sendall(b"\x81" + length + mask + masked)

    def receive(self):
        message = b""
        while True:
            first, second = self.answers.read(2)
            size = second & 0x7F
            if size >= 126:
                size = int.from_bytes(self.answers.read(2 if size == 126 else 8), "big")
            part = self.answers.read(size)
            if first & 0x0F == 8:
                raise RuntimeError("The browser closed the page.")
            # Continuations and texts; pings say nothing.
            if first & 0x0F in (0, 1):
                message += part
                if first & 0x80:
                    return message


def browser_path(asked):
    found = asked or os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        sys.exit("No Chrome or Chromium was found: name one with --chromium.")
    return found


def page_address(profile, process):
    """Of the one page, as soon as the browser has written its port."""
    port = pathlib.Path(profile, "DevToolsActivePort")
    for _ in range(START_SECONDS * 10):
        if process.poll() is not None:
            raise RuntimeError(f"The browser ended at once (exit {process.returncode}).")
        if port.exists() and port.read_text().strip():
            with urllib.request.urlopen(f"http://127.0.0.1:{port.read_text().split()[0]}/json/list") as listed:
                pages = [target for target in json.load(listed) if target["type"] == "page"]
            if pages:
                return pages[0]["webSocketDebuggerUrl"]
        time.sleep(0.1)
    raise RuntimeError(f"The browser opened no page within {START_SECONDS} s.")


def measure(page, asked, model):
    page.call("Inspector.enable")
    for _ in range(START_SECONDS * 10):
        if page.evaluate("typeof benchGpu")["value"] == "function":
            break
        time.sleep(0.1)
    else:
        raise RuntimeError("The page did not load: is the folder whole?")
    if model:
        files = [str(path.resolve()) for path in sorted(pathlib.Path(model).iterdir()) if path.is_file()]
        chosen = page.evaluate("document.querySelector('input')", by_value=False)
        page.call("DOM.setFileInputFiles", files=files, objectId=chosen["objectId"])
    return page.evaluate(f"benchGpu({json.dumps(asked)})")["value"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chromium")
    parser.add_argument("--software", action="store_true", help="Chrome's software adapter")
    parser.add_argument("--model", help="a folder; default the demo's")
    parser.add_argument("--rows", type=int, default=60614)
    parser.add_argument("--layers", type=int, default=7)
    parser.add_argument("--hidden", type=int, default=384)
    parser.add_argument("--classes", default="2,17")
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", help="the table goes here, too")
    given = parser.parse_args()
    asked = {name: getattr(given, name) for name in ("rows", "layers", "hidden", "texts", "rounds")}
    asked["classes"] = [int(count) for count in given.classes.split(",")]

    folder = str(pathlib.Path(__file__).resolve().parent)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: Isolated(*args, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="winnow-bench-", ignore_cleanup_errors=True) as profile:
        arguments = ARGUMENTS + (SOFTWARE if given.software else HARDWARE)
        process = subprocess.Popen(
            [browser_path(given.chromium), *arguments, f"--user-data-dir={profile}",
             f"http://127.0.0.1:{server.server_port}/index.html"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            said = measure(DevTools(page_address(profile, process)), asked, given.model)
        except RuntimeError as error:
            sys.exit(str(error))
        finally:
            process.terminate()
            process.wait()
    print(said)
    if given.out:
        pathlib.Path(given.out).write_text(said)


if __name__ == "__main__":
    main()
