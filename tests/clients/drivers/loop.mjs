// What drivers in JavaScript share; the requests and answers are described in loop.py.

import { createInterface } from "node:readline";

// How much of a stream is read before the driver leaves it.
export const SOME_TEXT = 20;

/** Answers every line; `failure` turns an error of the client into an answer, or throws it on. */
export async function run(actions, failure) {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    const answer = await actions[request.do](request).catch((error) => ({ failed: failure(error) }));
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}
