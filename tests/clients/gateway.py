"""A gateway under test: `leeboard serve` on a loopback port, with its store in a temporary folder.

Owns how it is started, asked, restarted and ended, and how its sessions are read. Ends only the
processes that it started. What is said to it is in script.py and in the tests.
"""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from script import Script
from upstream import Upstream

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("LEEBOARD_BIN", ROOT / "target/debug/leeboard")).resolve()
START_SECONDS = 30


def environment():
    """The environment without anything that would configure leeboard or its HTTP client."""
    dropped = ("LEEBOARD_", "OPENAI_")
    proxies = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(dropped) and name.lower() not in proxies
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """A running `leeboard serve`."""

    def __init__(self, folder, upstream_url, mode):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self.log = open(pathlib.Path(folder) / f"serve-{self.port}.log", "w+")
        command = [BINARY, "serve", "--listen", f"127.0.0.1:{self.port}", "--upstream", upstream_url]
        command += ["--mode", mode, "--store", "sessions.db"]
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment(), stdout=subprocess.DEVNULL, stderr=self.log
        )
        self._wait_until_ready()

    def _wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"serve ended with {self.process.returncode}: {self.said()}")
            try:
                if self.get("/health")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"serve was not ready after {START_SECONDS} s: {self.said()}")

    def said(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text()

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Content-Type": "application/json", "Authorization": "Bearer test-key"}
            data = body if body is None or isinstance(body, bytes) else json.dumps(body)
            connection.request(method, path, body=data, headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode(), response.headers
        finally:
            connection.close()

    def get(self, path):
        return self.request("GET", path)

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                if how == signal.SIGTERM:
                    raise AssertionError("serve did not end within 15 s of SIGTERM") from None
        if not self.log.closed:
            self.log.close()


def leeboard(folder, *arguments):
    """Runs a command of leeboard and returns its stdout."""
    command = [BINARY, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stderr}"
    return done.stdout


def sessions(folder):
    lines = leeboard(folder, "sessions", "ls", "--json", "--store", "sessions.db").splitlines()
    return [json.loads(line) for line in lines]


def trace(folder, session, turn):
    """What the turn was opened and closed with."""
    return json.loads(leeboard(folder, "trace", session, str(turn), "--json", "--store", "sessions.db"))


class Case(unittest.TestCase):
    """A scripted upstream and a temporary folder for each test."""

    def setUp(self):
        # Cleanups run in reverse: gateways end before the folder goes.
        folder = tempfile.TemporaryDirectory(prefix="leeboard-client-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.upstream = Upstream(Script())
        self.upstream.__enter__()
        self.addCleanup(self.upstream.__exit__)

    def serve(self, mode="observe", upstream_url=None):
        gateway = Gateway(self.folder, upstream_url or self.upstream.base_url, mode)
        self.addCleanup(gateway.stop)
        return gateway


def main():
    if not BINARY.exists():
        raise SystemExit(f"{BINARY} does not exist: cargo build --package leeboard")
    unittest.main(verbosity=2)
