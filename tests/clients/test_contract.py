"""The contract of the gateway, the same for every client.

    LEEBOARD_BIN=target/debug/leeboard LEEBOARD_CLIENTS=target/clients \\
        target/clients/venv/bin/python tests/clients/test_contract.py

Each client is moved by a program in drivers/, which speaks as users of that client do. The clients
are those that `./test` installed under LEEBOARD_CLIENTS.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from gateway import ROOT, Case, environment, leeboard, main, sessions, trace
from script import ERRORS, SYSTEM, TABLE, TIDE, TIDES, reply_text, user_text

CLIENTS = pathlib.Path(os.environ.get("LEEBOARD_CLIENTS", ROOT / "target/clients")).resolve()
DRIVERS = pathlib.Path(__file__).resolve().parent / "drivers"
TURNS = 40
MODES = ("observe", "manage")
# Of the official clients, what an error of the upstream becomes.
OFFICIAL = {401: "AuthenticationError", 429: "RateLimitError", 500: "InternalServerError"}


class Driver:
    """A running driver. Drivers in JavaScript run beside the packages that they import."""

    def __init__(self, name):
        path = DRIVERS / name
        command = [sys.executable, path]
        if path.suffix == ".mjs":
            for file in DRIVERS.glob("*.mjs"):
                shutil.copy(file, CLIENTS / "node")
            command = ["node", CLIENTS / "node" / name]
        self.process = subprocess.Popen(
            command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, do, gateway, session, messages, stream=False, retries=0):
        request = {"do": do, "url": gateway.url, "session": session, "messages": messages, "stream": stream}
        request |= {"retries": retries, "tool": TIDE, "results": TIDES}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the driver ended; its error is above"
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


class Contract:
    """What holds for every client; its subclasses say which."""

    driver_name: str
    errors = OFFICIAL

    @classmethod
    def setUpClass(cls):
        cls.driver = Driver(cls.driver_name)
        cls.addClassCleanup(cls.driver.close)

    def history(self, asked):
        return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": asked}]

    def test_one_turn(self):
        for mode in MODES:
            gateway = self.serve(mode)
            for stream in (False, True):
                with self.subTest(mode=mode, stream=stream):
                    session = f"{mode}-{stream}"
                    told = self.driver.ask("say", gateway, session, self.history(user_text(1)), stream)
                    self.assertEqual(told, {"text": reply_text(1), "finish": "stop", "turn": "1"})
                    self.assertEqual(self.upstream.chats[-1].headers["authorization"], "Bearer test-key")
                    self.assertNotIn("session_id", self.upstream.chats[-1].body)

    def test_parallel_tool_calls_stay_one_turn(self):
        for mode in MODES:
            gateway = self.serve(mode)
            for stream in (False, True):
                with self.subTest(mode=mode, stream=stream):
                    self.tools(gateway, f"{mode}-{stream}", stream)

    def tools(self, gateway, session, stream):
        before = len(self.upstream.chats)
        messages = self.history("Please use the tool.")
        told = self.driver.ask("use_tools", gateway, session, messages, stream)
        self.assertEqual((told["text"], told["finish"], told["calls"]), (TABLE, "stop", list(TIDES)))
        first, second = (request.body for request in self.upstream.chats[before:])
        self.assertEqual(second["tools"], first["tools"])
        roles = [message["role"] for message in second["messages"]]
        self.assertEqual(roles, ["system", "user", "assistant", "tool", "tool"])
        self.assertEqual(second["messages"][:2], first["messages"], "the prefix of the turn stands still")
        called = [call["id"] for call in second["messages"][2]["tool_calls"]]
        self.assertEqual([message["tool_call_id"] for message in second["messages"][3:]], called)
        # A client that keeps only the text goes on with the second turn.
        messages += [{"role": "assistant", "content": TABLE}, {"role": "user", "content": user_text(2)}]
        told = self.driver.ask("say", gateway, session, messages, stream)
        self.assertEqual((told["text"], told["turn"]), (reply_text(2), "2"))

    def test_errors_of_the_upstream(self):
        gateway = self.serve("manage")
        for status, (code, wait) in ERRORS.items():
            for stream in (False, True):
                with self.subTest(status=status, stream=stream):
                    asked = self.history(f"Please fail with {status}.")
                    told = self.driver.ask("say", gateway, "errors", asked, stream)
                    expected = {"kind": self.errors[status], "status": status, "code": code}
                    expected |= {"message": "the upstream was told to fail", "retry_after": wait}
                    self.assertEqual(told, {"failed": expected})
        told = self.driver.ask("say", gateway, "errors", self.history(user_text(1)))
        self.assertEqual((told["text"], told["turn"]), (reply_text(1), "1"))
        self.assertEqual([line["turns"] for line in sessions(self.folder)], [1])

    def test_the_client_tries_again_when_it_is_told_to(self):
        gateway, begin = self.serve("manage"), time.monotonic()
        told = self.driver.ask("say", gateway, "again", self.history("Please refuse once."), retries=2)
        self.assertEqual(told["turn"], "1")
        self.assertGreaterEqual(time.monotonic() - begin, 0.9, "Retry-After says a second")
        self.assertEqual(len(self.upstream.chats), 2)

    def test_a_stream_that_the_client_leaves(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                self.leave(self.serve(mode), f"leave-{mode}")

    def leave(self, gateway, session):
        self.upstream.broken_off.clear()
        messages = self.history("Please answer slowly.")
        told = self.driver.ask("leave", gateway, session, messages, stream=True)
        self.assertNotIn("finish", told, "it left before the end")
        self.assertTrue(self.upstream.broken_off.wait(10), "the upstream is left too")
        shown = self.shown_when_closed(session)
        self.assertEqual((shown["turns"], shown["open_turn"]), (1, None))
        self.assertEqual(trace(self.folder, session, 1)["closed"]["outcome"], "partial")
        kept = json.loads(leeboard(self.folder, "sessions", "export", session, "--store", "sessions.db"))
        text = kept["messages"][-1]["content"]
        self.assertTrue(text.startswith(told["text"]) and reply_text(0).startswith(text), text)
        # The client goes on with what it saw.
        messages += [{"role": "assistant", "content": told["text"]}, {"role": "user", "content": user_text(2)}]
        self.assertEqual(self.driver.ask("say", gateway, session, messages)["text"], reply_text(2))
        self.assertIn(told["text"], [m.get("content") for m in self.upstream.chats[-1].body["messages"]])

    def shown_when_closed(self, session):
        for _ in range(50):
            shown = json.loads(leeboard(self.folder, "sessions", "show", session, "--json", "--store", "sessions.db"))
            if shown["open_turn"] is None:
                break
            time.sleep(0.1)
        return shown

    def test_forty_turns_with_a_restart(self):
        for mode, end in zip(MODES, (signal.SIGTERM, signal.SIGKILL)):
            with self.subTest(mode=mode):
                self.converse(mode, end)
        self.assertEqual([line["turns"] for line in sessions(self.folder)], [TURNS] * len(MODES))

    def converse(self, mode, end):
        gateway, before = self.serve(mode), len(self.upstream.chats)
        history = [{"role": "system", "content": SYSTEM}]
        for turn in range(1, TURNS + 1):
            history.append({"role": "user", "content": user_text(turn)})
            told = self.driver.ask("say", gateway, mode, history, stream=turn % 2 == 0)
            self.assertEqual(told, {"text": reply_text(turn), "finish": "stop", "turn": str(turn)})
            history.append({"role": "assistant", "content": told["text"]})
            if turn == TURNS // 2:
                gateway.stop(end)
                gateway = self.serve(mode)
        self.assertEqual(len(self.upstream.chats) - before, TURNS, "one call a turn")
        last = self.upstream.chats[-1].body["messages"]
        if mode == "observe":
            self.assertEqual(last, history[:-1])
        else:
            self.assertTrue(last[-1]["content"].endswith(user_text(TURNS)))
            self.assertLess(len(last), len(history), "manage keeps to its budget")


class OpenAIPython(Contract, Case):
    driver_name = "openai_python.py"


class OpenAINode(Contract, Case):
    driver_name = "openai_node.mjs"


class LangChainPython(Contract, Case):
    driver_name = "langchain_python.py"
    errors = {401: "OpenAIAuthenticationError", 429: "OpenAIRateLimitError", 500: "OpenAIAPIError"}


class AISDK(Contract, Case):
    driver_name = "ai_sdk.mjs"
    errors = dict.fromkeys(OFFICIAL, "AI_APICallError")


if __name__ == "__main__":
    main()
