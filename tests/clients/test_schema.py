"""The session API against its own description, docs/reference/openapi.json, with schemathesis.

    LEEBOARD_BIN=target/debug/leeboard LEEBOARD_CLIENTS=target/clients \\
        python3 tests/clients/test_schema.py

Requests are generated from the description, valid and invalid, from a fixed seed: no answer may be
a server's error, have a status or type that is not described, or differ from its schema. What is
there and what is not are also asked for apart, so that each operation is seen to succeed and to
refuse.
An operation gets up to 20 fitting and 20 odd requests a run, or a tenth of LEEBOARD_TEST_CASES.
"""

import copy
import http.client
import json
import os
import pathlib
import re
import subprocess
import urllib.parse

from gateway import ROOT, Case, environment, main
from script import SYSTEM, user_text

DESCRIPTION = ROOT / "docs/reference/openapi.json"
CLIENTS = pathlib.Path(os.environ.get("LEEBOARD_CLIENTS", ROOT / "target/clients")).resolve()
SCHEMATHESIS = CLIENTS / "schema/bin/schemathesis"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
EXAMPLES = max(10, int(os.environ.get("LEEBOARD_TEST_CASES", "200")) // 10)
SESSIONS = ["trip-1", "with space", "häfen/2"]
FACT = " My boat is called Wren."
TURNS = 3
# Streams that have no end; they are looked at by themselves.
ENDLESS = "/events$"
# Requests that fit the description, without a try of other methods on each path.
FITTING = ("--mode", "positive", "--phases", "fuzzing")
METHODS = ("get", "put", "post", "patch", "delete")


# Of sessions that nobody has named.
UNKNOWN = ["no-such-session", "häfen/3", "%", "a?b#c", " "]


def only(description, values):
    """The description with nothing but these values for parameters of these names."""
    description = copy.deepcopy(description)
    for path in description["paths"].values():
        for operation in (path[method] for method in METHODS if method in path):
            for parameter in operation.get("parameters", []):
                if parameter["name"] in values:
                    parameter["schema"] = {"enum": values[parameter["name"]]}
    return description


class Schema(Case):
    def setUp(self):
        super().setUp()
        self.gateway = self.serve("manage")
        self.description = json.loads(DESCRIPTION.read_text())
        for session in SESSIONS:
            for turn in range(1, TURNS + 1):
                messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": user_text(turn) + FACT}]
                body = {"model": "scripted", "messages": messages, "session_id": session, "user": "ann"}
                self.assertEqual(self.gateway.request("POST", "/v1/chat/completions", body)[0], 200)

    def generate(self, description, *options):
        """Runs schemathesis; returns method, path and status of all that was sent."""
        folder = pathlib.Path(self.folder)
        (folder / "described.json").write_text(json.dumps(description))
        command = [SCHEMATHESIS, "run", "described.json", "--url", f"http://127.0.0.1:{self.gateway.port}"]
        command += ["--checks", CHECKS, "--max-examples", str(EXAMPLES), "--seed", "1", "--workers", "1"]
        command += ["--generation-database", "none", "--request-timeout", "30", "--warnings", "off"]
        command += ["--exclude-path-regex", ENDLESS, "--report", "har", "--report-har-path", "seen.har"]
        command += options
        done = subprocess.run(
            command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.assertEqual(done.returncode, 0, done.stdout)
        entries = json.loads((folder / "seen.har").read_text())["log"]["entries"]
        print(f"   {len(entries)} requests")
        paths = (urllib.parse.urlsplit(entry["request"]["url"]).path for entry in entries)
        return {
            (entry["request"]["method"], path, entry["response"]["status"])
            for entry, path in zip(entries, paths)
        }

    def operations(self):
        """Method and a pattern of the path of each operation that ends."""
        for path, described in self.description["paths"].items():
            if not re.search(ENDLESS, path):
                for method in (method for method in METHODS if method in described):
                    yield method.upper(), re.sub(r"\{\w+\}", "[^/]+", path)

    def facts(self):
        """Ids of facts that were read from what was said."""
        _, found, _ = self.gateway.request("GET", "/v1/sessions/trip-1/memories?kind=fact")
        return [item["id"] for item in json.loads(found)["data"]]

    def statuses(self, seen):
        """The statuses of each operation."""
        for method, path in self.operations():
            yield method, path, {status for asked, at, status in seen if asked == method and re.fullmatch(path, at)}

    def test_anything(self):
        for method, path, statuses in self.statuses(self.generate(self.description, "--phases", "examples,coverage,fuzzing")):
            self.assertTrue(statuses, f"{method} {path} was never tried")

    def test_what_there_is(self):
        there = {"id": SESSIONS, "turn": list(range(1, TURNS + 1)), "memory": self.facts(), "text": ["Wren"]}
        described = only(self.description, there)
        seen = self.generate(described, *FITTING, "--exclude-method", "DELETE")
        # Sessions go last.
        for path in ("--include-path-regex", "--exclude-path-regex"):
            options = ("--include-method", "DELETE", path, "/memories")
            seen |= self.generate(described, *FITTING, *options)
        for method, path, statuses in self.statuses(seen):
            self.assertTrue(any(status < 300 for status in statuses), f"{method} {path}: {statuses}")

    def test_what_there_is_not(self):
        seen = self.generate(only(self.description, {"id": UNKNOWN}), *FITTING)
        for method, path, statuses in self.statuses(seen):
            if path.startswith("/v1/sessions/["):
                self.assertLessEqual(statuses, {400, 404}, f"{method} {path}")

    def test_streams_that_have_no_end(self):
        for path in (path for path in self.description["paths"] if path.endswith("/events")):
            with self.subTest(path=path):
                connection = http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=10)
                self.addCleanup(connection.close)
                connection.request("GET", path.replace("{id}", "trip-1"))
                response = connection.getresponse()
                self.assertEqual((response.status, response.headers["content-type"]), (200, "text/event-stream"))


if __name__ == "__main__":
    if not DESCRIPTION.exists():
        raise SystemExit(f"{DESCRIPTION} does not exist")
    main()
