// The reads of a backfill with ethers, as somebody would write them by hand: all logs of Sync, Swap, Mint and Burn of the
// pairs and all headers of a range of blocks, decoded; in batches, several requests at once. Prints one line of JSON.
//   node ethers-backfill.mjs URL FROM TO [PAIRS]
import { createRequire } from "node:module";

const { Contract, Interface, JsonRpcProvider, Network } =
  createRequire(new URL("../../tests/outsider/package.json", import.meta.url))("ethers");

const [url, from, to, most] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4]), Number(process.argv[5] ?? 200)];
const factory = "0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f";
const blocksPerSearch = 1_000;
const callsPerBatch = 100;
const batchesAtOnce = 4;

const events = new Interface([
  "event Sync(uint112 reserve0, uint112 reserve1)",
  "event Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to)",
  "event Mint(address indexed sender, uint256 amount0, uint256 amount1)",
  "event Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to)",
]);
const network = Network.from(Number(await (await fetch(url, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}',
})).json().then((reply) => reply.result)));
const provider = new JsonRpcProvider(url, network, {
  staticNetwork: network, batchMaxCount: callsPerBatch, batchStallTime: 1, cacheTimeout: -1,
});

let requests = 0;
provider.on("debug", ({ action }) => {
  if (action === "sendRpcPayload") {
    requests++;
  }
});

const pairsOf = new Contract(factory, [
  "function allPairs(uint256) view returns (address)", "function allPairsLength() view returns (uint256)",
], provider);
const count = Math.min(most, Number(await pairsOf.allPairsLength()));
const pairs = await Promise.all(Array.from({ length: count }, (_, index) => pairsOf.allPairs(index)));

/** Does what is to be done, some at once. */
async function all(items, atOnce, act) {
  const left = items.values();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (const item of left) {
      await act(item);
    }
  }));
}

const ranges = [];
for (let first = from; first <= to; first += blocksPerSearch) {
  ranges.push([first, Math.min(to, first + blocksPerSearch - 1)]);
}
const batches = [];
for (let first = from; first <= to; first += callsPerBatch) {
  batches.push(Array.from({ length: Math.min(callsPerBatch, to - first + 1) }, (_, index) => first + index));
}

const topics = [["Sync", "Swap", "Mint", "Burn"].map((name) => events.getEvent(name).topicHash)];
const found = { Sync: 0, Swap: 0, Mint: 0, Burn: 0 };
let headers = 0;
requests = 0;
const start = process.hrtime.bigint();
await all(ranges, batchesAtOnce, async ([fromBlock, toBlock]) => {
  for (const log of await provider.getLogs({ address: pairs, topics, fromBlock, toBlock })) {
    found[events.parseLog(log).name]++;
  }
});
const logsDone = process.hrtime.bigint();
await all(batches, batchesAtOnce, async (numbers) => {
  const blocks = await Promise.all(numbers.map((number) => provider.getBlock(number)));
  headers += blocks.filter((block) => block?.hash).length;
});
const end = process.hrtime.bigint();
provider.destroy();

const seconds = (nanoseconds) => Number(nanoseconds) / 1e9;
console.log(JSON.stringify({
  seconds: seconds(end - start),
  logSeconds: seconds(logsDone - start),
  headerSeconds: seconds(end - logsDone),
  pairs: pairs.length,
  blocks: to - from + 1,
  headers,
  logs: found.Sync + found.Swap + found.Mint + found.Burn,
  ...found,
  requests,
}));
