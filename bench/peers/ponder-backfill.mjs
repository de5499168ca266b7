// Ponder on the reads of a backfill: all logs of Sync, Swap, Mint and Burn of the pairs, and the blocks that hold them
// (headers of other blocks it does not read), into its own store. `npm ci --ignore-scripts` in bench/peers/ponder
// comes first. TO is 30 blocks behind the head or more: newer ones it does not count as history. Prints one line of JSON.
//   node ponder-backfill.mjs URL FROM TO [PAIRS]
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { createRequire } from "node:module";
import { createServer as listen } from "node:net";
import { join } from "node:path";

const here = new URL("ponder/", import.meta.url).pathname;
const { Contract, JsonRpcProvider } =
  createRequire(new URL("../../tests/outsider/package.json", import.meta.url))("ethers");
const [url, from, to, most] = [process.argv[2], process.argv[3], process.argv[4], Number(process.argv[5] ?? 200)];
const provider = new JsonRpcProvider(url);
const factory = new Contract("0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f", [
  "function allPairs(uint256) view returns (address)", "function allPairsLength() view returns (uint256)",
], provider);
const count = Math.min(most, Number(await factory.allPairsLength()));
const pairs = await Promise.all(Array.from({ length: count }, (_, index) => factory.allPairs(index)));
const { chainId } = await provider.getNetwork();
provider.destroy();

// The clock starts with Ponder's first request, so that its start and its compiler are not counted.
let [start, requests] = [0n, 0];
const front = createServer((incoming, reply) => {
  start ||= process.hrtime.bigint();
  requests++;
  const onward = request(url, { method: incoming.method, headers: { ...incoming.headers, host: new URL(url).host } },
    (answer) => {
      reply.writeHead(answer.statusCode, answer.headers);
      answer.pipe(reply);
    });
  onward.on("error", () => reply.destroy());
  incoming.pipe(onward);
});
await new Promise((resolve) => front.listen(0, "127.0.0.1", resolve));
const port = await new Promise((resolve) => {
  const probe = listen().listen(0, "127.0.0.1", () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  });
});

// What an earlier run left would be gone on with.
const forget = () => rmSync(join(here, ".ponder"), { recursive: true, force: true });
forget();
const words = ["start", "--schema", "backfill", "--port", String(port), "--hostname", "127.0.0.1"];
const ponder = spawn(join(here, "node_modules/.bin/ponder"), words, {
  cwd: here,
  env: {
    ...process.env,
    RPC: `http://127.0.0.1:${front.address().port}`,
    CHAIN: String(chainId),
    PAIRS: JSON.stringify(pairs),
    FROM: from,
    TO: to,
    PONDER_TELEMETRY_DISABLED: "true",
  },
  stdio: ["ignore", "pipe", "inherit"],
});
let [logs, said] = [0, ""];
ponder.stdout.on("data", (text) => {
  said += text;
  const counts = [...String(text).matchAll(/logs=([0-9]+)/g)];
  logs = counts.length > 0 ? Number(counts.at(-1)[1]) : logs;
});
const ended = new Promise((resolve) => ponder.on("exit", resolve));

async function isReady() {
  try {
    return (await fetch(`http://127.0.0.1:${port}/ready`)).status === 200;
  } catch {
    return false;
  }
}

while (ponder.exitCode === null && !(await isReady())) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
const failed = ponder.exitCode !== null;
// It tells its count from time to time.
for (let last = -1; last !== logs;) {
  last = logs;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
ponder.kill("SIGTERM");
await ended;
front.close();
front.closeAllConnections();
forget();
if (failed) {
  console.error(said);
  process.exit(1);
}
console.log(JSON.stringify({ seconds, pairs: pairs.length, blocks: to - from + 1, logs, requests }));
