// The consensus service as an operator of Powerloom's sets it up: a source chain behind JSON-RPC, settings.json,
// snapshotters by the command line, one process. Nothing here knows how it is built.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export const EPOCH_BLOCKS = 10;
export const HEAD_OFFSET = 2;
export const FIRST_BLOCK = 1001;
export const WINDOW_SECONDS = 4;
export const PUBLIC_LIMIT = "100000/day;200/minute;20/second";

const STARTS_WITHIN_MS = 30_000;
const hex = (number) => `0x${number.toString(16)}`;
const hash = (number) => `0x${createHash("sha256").update(`block ${number}`).digest("hex")}`;

/** Blocks up to a head that the test moves. */
export class SourceChain {
  #server;
  head;

  static async start(head) {
    const chain = new SourceChain();
    chain.head = head;
    chain.#server = createServer((request, response) => chain.#serve(request, response));
    await new Promise((resolve) => chain.#server.listen(0, "127.0.0.1", resolve));
    return chain;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request, response) {
    let body = "";
    for await (const chunk of request) {
      body += chunk;
    }
    const calls = JSON.parse(body);
    const answer = Array.isArray(calls) ? calls.map((call) => this.#answer(call)) : this.#answer(calls);
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  }

  #answer({ id, method, params }) {
    const results = {
      eth_chainId: () => hex(1),
      eth_blockNumber: () => hex(this.head),
      eth_getBlockByNumber: () => this.#block(params[0].startsWith("0x") ? Number(params[0]) : this.head),
      eth_syncing: () => false,
    };
    return method in results
      ? { jsonrpc: "2.0", id, result: results[method]() }
      : { jsonrpc: "2.0", id, error: { code: -32601, message: `${method} is not served` } };
  }

  #block(number) {
    const timestamp = hex(1_700_000_000 + number);
    return number > this.head
      ? null
      : { number: hex(number), hash: hash(number), parentHash: hash(number - 1), timestamp };
  }
}

/** One service: its folder, its process, and calls to it. */
export class ConsensusService {
  #command;
  #folder;
  #process;
  address;

  /** @param command The program and its first arguments, such as ["./outpost"]. */
  static async prepare(command, chain) {
    const service = new ConsensusService();
    service.#command = command;
    service.#folder = await mkdtemp(join(tmpdir(), "outsider-consensus-"));
    await writeFile(join(service.#folder, "settings.json"), JSON.stringify({
      consensus_service: { submission_window: WINDOW_SECONDS, host: "127.0.0.1", port: 0, keys_ttl: 86400 },
      consensus_criteria: { min_snapshotter_count: 1, percentage: 66 },
      rate_limit: PUBLIC_LIMIT,
      redis: { host: "redis", port: 6379, db: 0, password: null },
      test_redis: { host: "redis", port: 6379, db: 1, password: null },
      chain: {
        rpc: { nodes: [{ url: chain.url }], retry: 3, request_timeout: 5 },
        chain_id: 1,
        epoch: { height: EPOCH_BLOCKS, head_offset: HEAD_OFFSET, block_time: 15, history_length: 1000 },
      },
      ticker_begin_block: FIRST_BLOCK,
    }));
    return service;
  }

  /** Runs a command of the operator: the exit code and what it printed. */
  async operate(...words) {
    const [program, ...first] = this.#command;
    try {
      const { stdout } = await promisify(execFile)(
        program, [...first, ...words, "--config", "settings.json"], { cwd: this.#folder });
      return { code: 0, text: stdout };
    } catch (error) {
      return { code: error.code, text: error.stderr };
    }
  }

  async start() {
    const [program, ...first] = this.#command;
    this.#process = spawn(
      program, [...first, "consensus", "--config", "settings.json", "--json"],
      { cwd: this.#folder, stdio: ["ignore", "pipe", "inherit"] });
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), STARTS_WITHIN_MS);
    const [line] = await Promise.race([
      once(createInterface({ input: this.#process.stdout }), "line"), once(this.#process, "exit")]);
    clearTimeout(timer);
    assert.equal(typeof line, "string", `the service did not start: exit code ${line}`);
    this.address = JSON.parse(line).address;
    this.#process.stdout.resume();
  }

  /** kill -9; it may be started again. */
  crash() {
    return this.#end("SIGKILL");
  }

  async stop() {
    await this.#end("SIGTERM");
    await rm(this.#folder, { recursive: true });
  }

  /** POSTs a body: text as it is, anything else as JSON. */
  post(path, body) {
    return this.#call(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** GETs a page once. */
  getOnce(path, headers = {}) {
    return this.#call(path, { headers });
  }

  /** GETs a page; who is told to come back later does so. */
  async get(path, headers = {}) {
    for (;;) {
      const answer = await this.getOnce(path, headers);
      if (answer.status !== 429) {
        return answer;
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 * answer.body.error.data.retry_after));
    }
  }

  async #end(signal) {
    if (this.#process === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return;
    }
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill(signal);
    await ended;
  }

  async #call(path, options) {
    const response = await fetch(this.address + path, options);
    return { status: response.status, headers: response.headers, body: await response.json() };
  }
}
