// Driver of Vercel's AI SDK with `@ai-sdk/openai-compatible`.

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { SOME_TEXT, run } from "./loop.mjs";

/** The session goes in a header, since the SDK builds the body. */
function options(request) {
  const provider = createOpenAICompatible({ name: "leeboard", baseURL: request.url, apiKey: "test-key" });
  return {
    model: provider.chatModel("scripted"),
    messages: request.messages,
    allowSystemInMessages: true,
    headers: { "X-Session-Id": request.session },
    maxRetries: request.retries,
  };
}

async function ask(request, more = {}) {
  const given = { ...options(request), ...more };
  if (!request.stream) {
    const { text, finishReason, response } = await generateText(given);
    return { text, finish: finishReason, turn: response.headers["x-leeboard-turn"] };
  }
  const result = streamText({ ...given, onError: () => {} });
  let text = "";
  for await (const part of result.fullStream) {
    if (part.type === "error") throw part.error;
    if (part.type === "text-delta") text += part.text;
  }
  const { headers } = await result.response;
  return { text, finish: await result.finishReason, turn: headers["x-leeboard-turn"] };
}

const say = (request) => ask(request);

/** The SDK's own loop over tool calls. */
async function use_tools(request) {
  const calls = [];
  const { description, parameters } = request.tool.function;
  const execute = ({ port }) => {
    calls.push(port);
    return request.results[port];
  };
  const tide = tool({ description, inputSchema: jsonSchema(parameters), execute });
  return { ...(await ask(request, { tools: { tide }, stopWhen: stepCountIs(5) })), calls };
}

async function leave(request) {
  const leaving = new AbortController();
  const { textStream } = streamText({ ...options(request), abortSignal: leaving.signal, onError: () => {} });
  let text = "";
  for await (const piece of textStream) {
    text += piece;
    if (text.length >= SOME_TEXT) leaving.abort();
  }
  return { text };
}

function failure(error) {
  if (!APICallError.isInstance(error)) throw error;
  const { code, message } = JSON.parse(error.responseBody).error;
  const retry_after = error.responseHeaders["retry-after"] ?? null;
  return { kind: error.name, status: error.statusCode, code, message, retry_after };
}

await run({ say, use_tools, leave }, failure);
