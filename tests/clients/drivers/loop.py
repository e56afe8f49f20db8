"""What drivers in Python share: one request a line on stdin, one answer a line on stdout.

A driver speaks to the gateway the way users of its client do. A request has:

    do        "say", "use_tools" (until the model has no more calls) or "leave" (a stream, after
              some text)
    url       base URL of the gateway
    session   id of the session
    messages  in OpenAI's form
    stream    whether to stream
    retries   how often the client may try again
    tool, results   for "use_tools": a tool in OpenAI's form, and what it returns by port

The answer has `text`, and where the client shows them `finish`, `turn` and `calls` (the ports that
were asked for); or `failed`, with `kind`, `status`, `code`, `message`, `retry_after`.
"""

import json
import sys

import openai

# How much of a stream is read before the driver leaves it.
SOME_TEXT = 20


def failure(error):
    body = error.body if isinstance(error.body, dict) else {}
    return {
        "kind": type(error).__name__,
        "status": error.status_code,
        "code": error.code,
        "message": body.get("message"),
        "retry_after": error.response.headers.get("retry-after"),
    }


def run(**actions):
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = actions[request["do"]](request)
        except openai.APIStatusError as error:
            answer = {"failed": failure(error)}
        print(json.dumps(answer), flush=True)
