"""What is said in the tests, and what the scripted upstream answers to it.

Owns the texts and the errors, so that every client meets the same. How they travel is in
upstream.py, what must come of them in the tests.
"""

import re

from upstream import Reply

SYSTEM = "You are Ada, a patient harbour pilot. Never use lists."
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



# What the upstream answers to "Please fail with STATUS.": the code and its Retry-After in seconds.
ERRORS = {401: ("invalid_api_key", None), 429: ("rate_limit_exceeded", "7"), 500: ("server_error", None)}

# High water by port: what the tool `tide` says.
TIDES = {"Skagen": "06:10", "Grenen": "07:25"}
TIDE = {
    "type": "function",
    "function": {
        "name": "tide",
        "description": "High water at a port.",
        "parameters": {
            "type": "object",
            "properties": {"port": {"type": "string"}},
            "required": ["port"],
            "additionalProperties": False,
        },
    },
}
TABLE = "The tide table says: " + ", ".join(TIDES.values())

# The order that comes last counts: a note in front of the user's words may quote earlier ones.
ORDER = re.compile(r"Turn (\d+):|Please ([\w ]+)\.")


def content_text(content):
    """The text of a message, which may be in parts."""
    if isinstance(content, list):
        return " ".join(part.get("text", "") for part in content)
    return content or ""


class Script:
    """Answers what the last user message asks for."""

    def __init__(self):
        self.refused = False

    def __call__(self, body):
        messages = body.get("messages")
        if not isinstance(messages, list):
            return Reply(status=400)
        asked = next((content_text(m["content"]) for m in reversed(messages) if m["role"] == "user"), "")
        number, order = (ORDER.findall(asked) or [("", "")])[-1]
        if number:
            return Reply(text=reply_text(int(number)))
        if order.startswith("fail with "):
            status = int(order.rpartition(" ")[2])
            code, wait = ERRORS[status]
            return Reply(status=status, code=code, retry_after=wait)
        if order == "refuse once" and not self.refused:
            self.refused = True
            return Reply(status=429, code="rate_limit_exceeded", retry_after="1")
        if order == "answer slowly":
            return Reply(text=reply_text(0), pause=0.05)
        if order == "use the tool":
            return self.tools(messages)
        return Reply(text="Aye, that will do for now.")

    def tools(self, messages):
        """Both ports are asked for at once; then their times are read out."""
        results = [content_text(m["content"]) for m in messages if m["role"] == "tool"]
        if results:
            return Reply(text="The tide table says: " + ", ".join(results))
        return Reply(
            tool_calls=[
                {"id": f"call_{n}", "type": "function", "function": {"name": "tide", "arguments": f'{{"port": "{port}"}}'}}
                for n, port in enumerate(TIDES, 1)
            ]
        )
