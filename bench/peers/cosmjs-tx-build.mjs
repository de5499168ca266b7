// CosmJS on the work of tx-build. The first line of standard input is the list of payloads; the answer is one line with
// the transactions, after a warm-up. Each further line asks for one timed pass over the list; the answer is the time.
import { createInterface } from "node:readline";
import { accountOf } from "../../tests/outsider/accounts.mjs";
import { payload } from "../../tests/outsider/emissions.mjs";
import { buildTransaction, emissionsRegistry } from "../../tests/outsider/transaction.mjs";

const warmUps = 10;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { mnemonic, orders } = JSON.parse((await lines.next()).value);
const account = await accountOf(mnemonic);

async function pass() {
  const built = [];
  for (const order of orders) {
    const message = payload({ account, topicId: BigInt(order.topic), nonce: BigInt(order.nonce), value: order.value });
    built.push(await buildTransaction(order, account, emissionsRegistry, message));
  }
  return built;
}

for (let warmUp = 1; warmUp < warmUps; warmUp++) {
  await pass();
}
console.log(JSON.stringify((await pass()).map((bytes) => Buffer.from(bytes).toString("base64"))));

for await (const _ of { [Symbol.asyncIterator]: () => lines }) {
  const start = process.hrtime.bigint();
  await pass();
  console.log(Number(process.hrtime.bigint() - start) / 1000 / orders.length);
}
