"""Follows the guides for clients literally: every block of code runs, in the order of the page.

    LEEBOARD_BIN=target/debug/leeboard LEEBOARD_CLIENTS=target/clients \\
        target/clients/venv/bin/python tests/clients/test_guides.py

Only the address of the gateway and of its upstream are others. What the guides install must be
what `./test` installed.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

from gateway import BINARY, ROOT, Case, environment, main, sessions

GUIDES = ROOT / "docs/guides"
CLIENTS = pathlib.Path(os.environ.get("LEEBOARD_CLIENTS", ROOT / "target/clients")).resolve()
HERE = pathlib.Path(__file__).resolve().parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
SERVE = re.compile(r"leeboard serve --upstream \S+")


class Guides(Case):
    def follow(self, page, expected):
        self.gateway = self.serve()
        blocks = BLOCK.findall((GUIDES / page).read_text())
        for number, (language, code) in enumerate(blocks, 1):
            with self.subTest(page=page, block=number):
                code = code.replace("http://127.0.0.1:8377/v1", self.gateway.url)
                getattr(self, language)(code)
        listed = {line["id"]: line["turns"] for line in sessions(self.folder)}
        self.assertEqual(listed, expected)

    def run_command(self, command, **more):
        done = subprocess.run(
            command, cwd=self.folder, env=environment() | more, capture_output=True, text=True, timeout=60
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.strip(), "it shows something")

    def sh(self, code):
        for line in code.splitlines():
            program, action, *names = shlex.split(line)
            if program == "pip":
                pinned = (HERE / "requirements.txt").read_text()
                self.assertTrue(all(f"\n{name}==" in pinned for name in names), line)
            elif program == "npm":
                pinned = json.loads((HERE / "package.json").read_text())["dependencies"]
                self.assertLessEqual(set(names), set(pinned))
            elif action == "serve":
                self.assertTrue(SERVE.fullmatch(line), "the gateway of this test is started in another way")
            else:
                self.run_command([BINARY, action, *names, "--store", "sessions.db"])

    def python(self, code):
        self.run_command([sys.executable, "-c", code], OPENAI_API_KEY="test-key")

    def js(self, code):
        path = CLIENTS / "node" / "guide.mjs"
        path.write_text(code)
        self.run_command(["node", path], OPENAI_API_KEY="test-key")

    def test_sdks(self):
        self.follow("sdks.md", {"trip-1": 2, "trip-2": 2, "trip-3": 1, "trip-4": 1})

    def test_langchain(self):
        self.follow("langchain.md", {"trip-1": 2, "trip-2": 2, "trip-3": 1})


if __name__ == "__main__":
    main()
