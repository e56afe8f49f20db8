"""Long conversations and what the wire looks like, with the official `openai` package.

    LEEBOARD_BIN=target/debug/leeboard python tests/clients/test_openai_python.py

What holds for every client is in test_contract.py.
"""

import json
import pathlib
import signal

import openai
from gateway import Case, free_port, leeboard, main, sessions
from script import SYSTEM, reply_text, user_text

TURNS = 60


class Client(Case):
    """Cases that speak through the official client."""

    def client(self, gateway):
        return openai.OpenAI(base_url=gateway.url, api_key="test-key", max_retries=0, timeout=30)

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


class LongConversation(Client):
    """60 turns of a client that sends the whole history, with a restart after turn 30."""

    def converse(self, mode, end):
        gateway = self.serve(mode)
        client = self.client(gateway)
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
                client = self.client(gateway)
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


class ShortHistory(Client):
    """A client that sends only its new message: the gateway has the history."""

    def test_a_lone_message_appends(self):
        client = self.client(self.serve("manage"))
        for turn in range(1, 4):
            messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": user_text(turn)}]
            text, headers = self.say(client, messages, extra_body={"session_id": "lone"})
            self.assertEqual((text, headers.get("x-leeboard-turn")), (reply_text(turn), str(turn)))
        sent = [m["content"] for m in self.upstream.chats[-1].body["messages"]]
        self.assertEqual(sent[1:4], [user_text(1), reply_text(1), user_text(2)])
        self.assertEqual([line["turns"] for line in sessions(self.folder)], [3])


class Faults(Client):
    """Errors arrive as the client's own exceptions, and the session goes on."""

    def ask(self, client, text, stream):
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]
        return self.say(client, messages, stream=stream, extra_body={"session_id": "faults"})

    def test_an_unreachable_upstream(self):
        client = self.client(self.serve("observe", f"http://127.0.0.1:{free_port()}/v1"))
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
        client = self.client(self.serve())
        messages = [{"role": "user", "content": "Hello."}]
        with self.assertRaises(openai.BadRequestError) as caught:
            self.say(client, messages, extra_body={"session_id": ["a"]})
        self.assertEqual(caught.exception.param, "session_id")


class Wire(Client):
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
        client = self.client(self.serve())
        self.assertEqual([model.id for model in client.models.list()], ["scripted"])

    def test_sessions_can_be_deleted(self):
        client = self.client(self.serve())
        messages = [{"role": "user", "content": user_text(1)}]
        _, headers = self.say(client, messages, extra_body={"session_id": "gone"})
        leeboard(self.folder, "sessions", "delete", headers["x-leeboard-session"], "--store", "sessions.db")
        self.assertEqual(sessions(self.folder), [])


if __name__ == "__main__":
    main()
