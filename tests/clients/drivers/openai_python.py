"""Driver of the official `openai` package for Python."""

import json

import openai
from loop import SOME_TEXT, run


def create(request, messages, **options):
    client = openai.OpenAI(base_url=request["url"], api_key="test-key", max_retries=request["retries"], timeout=30)
    return client.chat.completions.with_raw_response.create(
        model="scripted",
        messages=messages,
        stream=request["stream"],
        extra_body={"session_id": request["session"]},
        **options,
    )


def message(raw, stream):
    """The reply as a message to send back, and why it ended."""
    if not stream:
        choice = raw.parse().choices[0]
        return choice.message.model_dump(exclude_none=True), choice.finish_reason
    text, calls, finish = "", {}, None
    for chunk in raw.parse():
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
            for piece in choice.delta.tool_calls or []:
                new = {"id": piece.id, "type": "function", "function": {"name": piece.function.name, "arguments": ""}}
                calls.setdefault(piece.index, new)["function"]["arguments"] += piece.function.arguments or ""
    reply = {"role": "assistant", "content": text or None}
    return reply | ({"tool_calls": list(calls.values())} if calls else {}), finish


def say(request):
    raw = create(request, request["messages"])
    reply, finish = message(raw, request["stream"])
    return {"text": reply["content"], "finish": finish, "turn": raw.headers.get("x-leeboard-turn")}


def use_tools(request):
    messages, ports = list(request["messages"]), []
    while True:
        raw = create(request, messages, tools=[request["tool"]])
        reply, finish = message(raw, request["stream"])
        messages.append(reply)
        if not reply.get("tool_calls"):
            return {"text": reply["content"], "finish": finish, "turn": raw.headers.get("x-leeboard-turn"), "calls": ports}
        for call in reply["tool_calls"]:
            port = json.loads(call["function"]["arguments"])["port"]
            ports.append(port)
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": request["results"][port]})


def leave(request):
    text = ""
    with create(request, request["messages"]).parse() as stream:
        for chunk in stream:
            text += chunk.choices[0].delta.content or ""
            if len(text) >= SOME_TEXT:
                return {"text": text}
    return {"text": text, "finish": "stop"}


run(say=say, use_tools=use_tools, leave=leave)
