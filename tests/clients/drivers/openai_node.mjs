// Driver of the official `openai` package for Node.

import OpenAI from "openai";
import { SOME_TEXT, run } from "./loop.mjs";

function client(request) {
  return new OpenAI({ baseURL: request.url, apiKey: "test-key", maxRetries: request.retries, timeout: 30_000 });
}

function body(request) {
  const { messages, stream, session } = request;
  return { model: "scripted", messages, stream, session_id: session };
}

async function say(request) {
  const { data, response } = await client(request).chat.completions.create(body(request)).withResponse();
  const turn = response.headers.get("x-leeboard-turn");
  if (!request.stream) {
    const [choice] = data.choices;
    return { text: choice.message.content, finish: choice.finish_reason, turn };
  }
  let [text, finish] = ["", null];
  for await (const chunk of data) {
    for (const choice of chunk.choices) {
      text += choice.delta.content ?? "";
      finish = choice.finish_reason ?? finish;
    }
  }
  return { text, finish, turn };
}

/** The client's own loop over tool calls. */
async function use_tools(request) {
  const calls = [];
  const tide = ({ port }) => {
    calls.push(port);
    return request.results[port];
  };
  const described = { ...request.tool.function, parse: JSON.parse, function: tide };
  const runner = client(request).chat.completions.runTools({
    ...body(request),
    tools: [{ type: "function", function: described }],
  });
  const { choices } = await runner.finalChatCompletion();
  return { text: choices[0].message.content, finish: choices[0].finish_reason, calls };
}

async function leave(request) {
  let text = "";
  const stream = await client(request).chat.completions.create(body(request));
  for await (const chunk of stream) {
    text += chunk.choices[0].delta.content ?? "";
    if (text.length >= SOME_TEXT) {
      stream.controller.abort();
      return { text };
    }
  }
  return { text, finish: "stop" };
}

function failure(error) {
  if (!(error instanceof OpenAI.APIError)) throw error;
  const { status, code, headers } = error;
  const message = error.error?.message;
  return { kind: error.constructor.name, status, code, message, retry_after: headers?.get("retry-after") ?? null };
}

await run({ say, use_tools, leave }, failure);
