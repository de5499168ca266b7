// Gathers what was checked, so that one run tells every fault and not only the first.
import assert from "node:assert/strict";

export class Checks {
  #results = [];

  /** Runs one check; its name is a sentence about what holds when it passes. */
  async that(name, act) {
    try {
      await act();
      this.#results.push({ name, fault: null });
    } catch (error) {
      this.#results.push({ name, fault: describe(error) });
    }
  }

  /** Prints one line of JSON for each check. The exit code is 3 when one failed or none ran; Node's own fault is 1. */
  report() {
    for (const result of this.#results) {
      console.log(JSON.stringify(result));
    }
    const failed = this.#results.some((result) => result.fault !== null);
    process.exitCode = failed || this.#results.length === 0 ? 3 : 0;
  }
}

function describe(error) {
  if (error instanceof assert.AssertionError) {
    return error.message;
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** All of standard input, as JSON. */
export async function readInput() {
  let text = "";
  for await (const chunk of process.stdin) {
    text += chunk;
  }
  return JSON.parse(text);
}

/** Asks until the answer is neither null nor undefined; fails after the time given. */
export async function until(what, ask, milliseconds = 30_000, pause = 50) {
  for (const end = Date.now() + milliseconds; ; ) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`Waiting for ${what}: nothing after ${milliseconds} ms.`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
