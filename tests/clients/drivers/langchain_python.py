"""Driver of `langchain-openai`."""

from langchain_core.messages import ToolMessage
from langchain_openai import ChatOpenAI
from loop import SOME_TEXT, run


def model(request):
    return ChatOpenAI(
        model="scripted",
        base_url=request["url"],
        api_key="test-key",
        max_retries=request["retries"],
        timeout=30,
        include_response_headers=True,
        extra_body={"session_id": request["session"]},
    )


def ask(chat, messages, stream):
    if not stream:
        return chat.invoke(messages)
    whole = None
    for chunk in chat.stream(messages):
        whole = chunk if whole is None else whole + chunk
    return whole


def shown(reply):
    headers = reply.response_metadata["headers"]
    finish = reply.response_metadata["finish_reason"]
    return {"text": reply.text, "finish": finish, "turn": headers.get("x-leeboard-turn")}


def say(request):
    return shown(ask(model(request), request["messages"], request["stream"]))


def use_tools(request):
    chat = model(request).bind_tools([request["tool"]])
    messages, ports = list(request["messages"]), []
    while True:
        reply = ask(chat, messages, request["stream"])
        messages.append(reply)
        if not reply.tool_calls:
            return shown(reply) | {"calls": ports}
        for call in reply.tool_calls:
            port = call["args"]["port"]
            ports.append(port)
            messages.append(ToolMessage(request["results"][port], tool_call_id=call["id"]))


def leave(request):
    text = ""
    chunks = model(request).stream(request["messages"])
    for chunk in chunks:
        text += chunk.text
        if len(text) >= SOME_TEXT:
            chunks.close()
            return {"text": text}
    return {"text": text, "finish": "stop"}


run(say=say, use_tools=use_tools, leave=leave)
