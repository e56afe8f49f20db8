"""The contract of the gateway, checked with the official `openai` package.

    LEEBOARD_BIN=target/debug/leeboard python tests/clients/test_openai_python.py

Starts `leeboard serve` in front of a scripted upstream, on loopback ports and a store in a
temporary folder. Ends only the processes that it started.
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

import openai
from upstream import Reply, Upstream

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("LEEBOARD_BIN", ROOT / "target/debug/leeboard")).resolve()
SYSTEM = "You are Ada, a patient harbour pilot. Never use lists."
TURNS = 60
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

    def client(self):
        return openai.OpenAI(
            base_url=f"http://127.0.0.1:{self.port}/v1", api_key="test-key", max_retries=0, timeout=30
        )

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


BOATS = ["sloop", "ketch", "yawl", "cutter", "schooner", "lugger", "barge", "smack", "dinghy", "tug"]
PLACES = ["quay", "bar", "sound", "lock", "mole", "reach", "spit", "roads", "creek", "basin", "pool"]


def user_text(turn):
    boat, place = BOATS[turn % len(BOATS)], PLACES[turn % len(PLACES)]
    detail = " ".join(f"Mark {turn}-{n} lies {n + turn} cables off the {place}." for n in range(8))
    return f"Turn {turn}: the {boat} waits at the {place}. {detail} How should she come in?"


def reply_text(turn):
    boat, place = BOATS[turn % len(BOATS)], PLACES[turn % len(PLACES)]
    detail = " ".join(f"Keep mark {turn}-{n} to port until it bears {n * 7 + turn} degrees." for n in range(8))
    return f"Bring the {boat} past the {place} on the flood, turn {turn}. {detail} Then wait – naïve haste sinks."


def answer(body):
    """The script: what the last user message asks for."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return Reply(status=400)
    asked = next((m["content"] for m in reversed(messages) if m["role"] == "user"), "")
    if not isinstance(asked, str):
        asked = " ".join(part.get("text", "") for part in asked)
    for status in (401, 429, 500):
        if f"fail with {status}" in asked:
            return Reply(status=status)
    if "use the tool" in asked and messages[-1]["role"] != "tool":
        arguments = json.dumps({"port": "Skagen", "hours": 6})
        function = {"name": "tide", "arguments": arguments}
        return Reply(tool_calls=[{"id": "call_1", "type": "function", "function": function}])
    if messages[-1]["role"] == "tool":
        return Reply(text=f"The tide table says: {messages[-1]['content']}")
    # The last "Turn n:" is the user's own; a note in front of it may quote others.
    number = asked.rpartition("Turn ")[2].partition(":")[0]
    return Reply(text=reply_text(int(number)) if number.isdigit() else "Aye, that will do for now.")


class Case(unittest.TestCase):
    """A scripted upstream and a temporary folder for each test."""

    def setUp(self):
        # Cleanups run in reverse: gateways end before the folder goes.
        folder = tempfile.TemporaryDirectory(prefix="leeboard-client-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.upstream = Upstream(answer)
        self.upstream.__enter__()
        self.addCleanup(self.upstream.__exit__)

    def serve(self, mode="observe", upstream_url=None):
        gateway = Gateway(self.folder, upstream_url or self.upstream.base_url, mode)
        self.addCleanup(gateway.stop)
        return gateway

    def say(self, client, messages, stream=False, **options):
        """One request; returns the text and the response's headers."""
        raw = client.chat.completions.with_raw_response.create(
            model="scripted", messages=messages, stream=stream, **options
        )
        if not stream:
            completion = raw.parse()
            self.assertEqual(completion.model_extra.get("vendor_field"), "kept")
            return completion.choices[0].message.content, raw.headers
        text, finish = "", None
        for chunk in raw.parse():
            for choice in chunk.choices:
                text += choice.delta.content or ""
                finish = choice.finish_reason or finish
        self.assertEqual(finish, "stop", "the stream ends with a finish reason")
        return text, raw.headers


class LongConversation(Case):
    """60 turns of a client that sends the whole history, with a restart after turn 30."""

    def converse(self, mode, end):
        gateway = self.serve(mode)
        client = gateway.client()
        history = [{"role": "system", "content": SYSTEM}]
        ids = set()
        for turn in range(1, TURNS + 1):
            history.append({"role": "user", "content": user_text(turn)})
            options = {"extra_body": {"session_id": f"long-{mode}", "x_vendor": turn}, "temperature": 0.5}
            text, headers = self.say(client, history, stream=turn % 2 == 0, **options)
            self.assertEqual(text, reply_text(turn))
            self.assertEqual(headers.get("x-leeboard-turn"), str(turn), f"turn {turn}, mode {mode}")
            self.assertTrue(headers.get("x-leeboard-trace"), "a trace id")
            ids.add(headers.get("x-leeboard-session"))
            if turn % 2 == 1:
                for name in ("drift", "action", "overhead-ms"):
                    self.assertIsNotNone(headers.get(f"x-leeboard-{name}"), f"x-leeboard-{name}")
            history.append({"role": "assistant", "content": text})
            if turn == TURNS // 2:
                gateway.stop(end)
                gateway = self.serve(mode)
                client = gateway.client()
        self.assertEqual(len(ids), 1, f"one session, not {ids}")
        listed = sessions(self.folder)
        self.assertEqual([line["turns"] for line in listed], [TURNS], listed)
        self.assertEqual([line["id"] for line in listed], list(ids), "the header names the stored session")
        self.assertIn("updated_at", listed[0])
        self.check_forwarded_fields()
        self.check_export(listed[0]["id"], history)
        return history

    def check_forwarded_fields(self):
        self.assertEqual(len(self.upstream.chats), TURNS, "one upstream call a turn")
        for turn, request in enumerate(self.upstream.chats, 1):
            body = request.body
            self.assertNotIn("session_id", body)
            self.assertEqual((body["model"], body["temperature"], body["x_vendor"]), ("scripted", 0.5, turn))
            self.assertEqual(body.get("stream", False), turn % 2 == 0)
            self.assertEqual(request.headers.get("authorization"), "Bearer test-key")

    def check_export(self, session, history):
        exported = json.loads(leeboard(self.folder, "sessions", "export", session, "--store", "sessions.db"))
        kept = [(m["role"], m["content"]) for m in exported["messages"] if m["role"] != "system"]
        said = [(m["role"], m["content"]) for m in history if m["role"] != "system"]
        self.assertEqual(kept, said)
        path = pathlib.Path(self.folder) / "exported.json"
        path.write_text(json.dumps(exported))
        lines = leeboard(self.folder, "audit", str(path), "--output", "jsonl").splitlines()
        self.assertEqual([json.loads(line)["turn"] for line in lines], list(range(1, TURNS + 1)))

    def test_observe(self):
        history = self.converse("observe", signal.SIGTERM)
        for turn, request in enumerate(self.upstream.chats, 1):
            # System message, then two messages a turn, the last turn without its reply.
            self.assertEqual(request.body["messages"], history[: 2 * turn], f"turn {turn} is unchanged")

    def test_augment(self):
        history = self.converse("augment", signal.SIGTERM)
        for turn, request in enumerate(self.upstream.chats, 1):
            sent = request.body["messages"]
            self.assertEqual(sent[:-1], history[: 2 * turn - 1], f"history of turn {turn} is unchanged")
            self.assertTrue(sent[-1]["content"].endswith(user_text(turn)))

    def test_manage_survives_a_killed_process(self):
        self.converse("manage", signal.SIGKILL)
        for turn, request in enumerate(self.upstream.chats, 1):
            sent = request.body["messages"]
            self.assertEqual(sent[0], {"role": "system", "content": SYSTEM})
            self.assertTrue(sent[-1]["content"].endswith(user_text(turn)), f"input of turn {turn}")
            # Every word is at least one token: more words than the budget would be over it.
            words = sum(len(m["content"].split()) for m in sent)
            self.assertLessEqual(words, 4_000, f"turn {turn} keeps the budget")
        full = sum(len(user_text(n).split()) + len(reply_text(n).split()) for n in range(1, TURNS + 1))
        self.assertGreater(full, 4_000, "the whole conversation would not fit")
        self.assertLess(len(self.upstream.chats[-1].body["messages"]), 2 * TURNS)


class ShortHistory(Case):
    """A client that sends only its new message: the gateway has the history."""

    def test_a_lone_message_appends(self):
        client = self.serve("manage").client()
        for turn in range(1, 4):
            messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": user_text(turn)}]
            text, headers = self.say(client, messages, extra_body={"session_id": "lone"})
            self.assertEqual((text, headers.get("x-leeboard-turn")), (reply_text(turn), str(turn)))
        sent = [m["content"] for m in self.upstream.chats[-1].body["messages"]]
        self.assertEqual(sent[1:4], [user_text(1), reply_text(1), user_text(2)])
        self.assertEqual([line["turns"] for line in sessions(self.folder)], [3])


class Tools(Case):
    """A turn with a tool call takes two requests and stays one turn."""

    TOOL = {
        "type": "function",
        "function": {
            "name": "tide",
            "description": "The tide at a port.",
            "parameters": {"type": "object", "properties": {"port": {"type": "string"}}},
        },
    }

    def round_trip(self, mode, stream):
        client = self.serve(mode).client()
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": "Please use the tool."}]
        options = {"extra_body": {"session_id": "tools"}, "tools": [self.TOOL]}
        call = self.first_call(client, messages, stream, options)
        self.assertEqual((call["id"], call["function"]["name"]), ("call_1", "tide"))
        self.assertEqual(json.loads(call["function"]["arguments"]), {"port": "Skagen", "hours": 6})
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": "call_1", "content": "high water 06:10"})
        text, headers = self.say(client, messages, stream=stream, **options)
        self.assertEqual(text, "The tide table says: high water 06:10")
        self.assertEqual(headers.get("x-leeboard-turn"), "1")
        first, second = (request.body for request in self.upstream.chats)
        self.assertEqual(second["tools"], [self.TOOL])
        self.assertEqual([m["role"] for m in second["messages"]], ["system", "user", "assistant", "tool"])
        self.assertEqual(second["messages"][:2], first["messages"], "the prefix of the turn stands still")
        self.assertEqual(second["messages"][2]["tool_calls"][0]["id"], "call_1")
        self.assertEqual(second["messages"][3]["tool_call_id"], "call_1")
        self.assertEqual([line["turns"] for line in sessions(self.folder)], [1])
        messages += [{"role": "assistant", "content": text}, {"role": "user", "content": user_text(2)}]
        text, headers = self.say(client, messages, stream=stream, **options)
        self.assertEqual((text, headers.get("x-leeboard-turn")), (reply_text(2), "2"))
        roles = [m["role"] for m in self.upstream.chats[-1].body["messages"]]
        self.assertEqual(roles, ["system", "user", "assistant", "tool", "assistant", "user"])

    def first_call(self, client, messages, stream, options):
        if not stream:
            reply = client.chat.completions.create(model="scripted", messages=messages, **options)
            self.assertEqual(reply.choices[0].finish_reason, "tool_calls")
            return reply.choices[0].message.tool_calls[0].model_dump()
        call = {"id": None, "type": "function", "function": {"name": "", "arguments": ""}}
        pieces = client.chat.completions.create(model="scripted", messages=messages, stream=True, **options)
        for chunk in pieces:
            for piece in (chunk.choices[0].delta.tool_calls or []) if chunk.choices else []:
                call["id"] = piece.id or call["id"]
                call["function"]["name"] += piece.function.name or ""
                call["function"]["arguments"] += piece.function.arguments or ""
        return call

    def test_observe(self):
        self.round_trip("observe", stream=False)

    def test_manage(self):
        self.round_trip("manage", stream=False)

    def test_manage_streaming(self):
        self.round_trip("manage", stream=True)


class Faults(Case):
    """Errors arrive as the client's own exceptions, and the session goes on."""

    def ask(self, client, text, stream):
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]
        return self.say(client, messages, stream=stream, extra_body={"session_id": "faults"})

    def test_upstream_errors_keep_their_status(self):
        client = self.serve("manage").client()
        expected = [
            (500, openai.InternalServerError),
            (429, openai.RateLimitError),
            (401, openai.AuthenticationError),
        ]
        for stream in (False, True):
            for status, kind in expected:
                with self.subTest(status=status, stream=stream), self.assertRaises(kind) as caught:
                    self.ask(client, f"Please fail with {status}.", stream)
                self.assertEqual(caught.exception.status_code, status)
        text, headers = self.ask(client, user_text(1), stream=False)
        self.assertEqual((text, headers.get("x-leeboard-turn")), (reply_text(1), "1"))
        self.assertEqual([line["turns"] for line in sessions(self.folder)], [1])

    def test_an_unreachable_upstream(self):
        client = self.serve("observe", f"http://127.0.0.1:{free_port()}/v1").client()
        for stream in (False, True):
            with self.subTest(stream=stream), self.assertRaises(openai.APIStatusError) as caught:
                self.ask(client, "Hello?", stream)
            self.assertGreaterEqual(caught.exception.status_code, 500)
            self.assertTrue(caught.exception.message)

    def test_bad_bodies(self):
        gateway = self.serve()
        status, body, _ = gateway.request("POST", "/v1/chat/completions", b"{")
        self.assertEqual((status, json.loads(body)["error"]["code"]), (400, "invalid_json"))
        self.assertEqual(self.upstream.chats, [], "what is no JSON is not forwarded")
        # JSON that is no chat is the upstream's to judge.
        chat = {"model": "scripted", "messages": 3}
        status, body, headers = gateway.request("POST", "/v1/chat/completions", chat)
        self.assertEqual((status, json.loads(body)["error"]["code"]), (400, "scripted"))
        self.assertIn("x-leeboard-error", headers)
        self.assertEqual(sessions(self.folder), [])

    def test_an_impossible_session_id(self):
        client = self.serve().client()
        messages = [{"role": "user", "content": "Hello."}]
        with self.assertRaises(openai.BadRequestError) as caught:
            self.say(client, messages, extra_body={"session_id": ["a"]})
        self.assertEqual(caught.exception.param, "session_id")


class Wire(Case):
    """What the official client hides."""

    def stream_lines(self, mode):
        gateway = self.serve(mode)
        body = {
            "model": "scripted",
            "messages": [{"role": "user", "content": user_text(1)}],
            "stream": True,
            "session_id": "wire",
        }
        status, text, headers = gateway.request("POST", "/v1/chat/completions", body)
        self.assertEqual(status, 200)
        self.assertTrue(headers["content-type"].startswith("text/event-stream"))
        # The turn is committed before [DONE] is sent.
        self.assertEqual([line["turns"] for line in sessions(self.folder)], [1])
        return [line for line in text.splitlines() if line]

    def test_observe_adds_nothing_to_a_stream(self):
        lines = self.stream_lines("observe")
        self.assertEqual(lines[-1], "data: [DONE]")
        self.assertTrue(all(line.startswith("data: ") for line in lines), lines[-3:])

    def test_manage_ends_with_done_and_may_add_a_comment(self):
        lines = self.stream_lines("manage")
        data = [line for line in lines if line.startswith("data: ")]
        self.assertEqual(data[-1], "data: [DONE]")
        self.assertTrue(all(line.startswith(("data: ", ":")) for line in lines), lines[-3:])

    def test_other_paths_pass_through(self):
        client = self.serve().client()
        self.assertEqual([model.id for model in client.models.list()], ["scripted"])

    def test_sessions_can_be_deleted(self):
        client = self.serve().client()
        messages = [{"role": "user", "content": user_text(1)}]
        _, headers = self.say(client, messages, extra_body={"session_id": "gone"})
        leeboard(self.folder, "sessions", "delete", headers["x-leeboard-session"], "--store", "sessions.db")
        self.assertEqual(sessions(self.folder), [])


if __name__ == "__main__":
    if not BINARY.exists():
        raise SystemExit(f"{BINARY} does not exist: cargo build --package leeboard")
    unittest.main(verbosity=2)
