// node client.mjs RPC LCD [VERSION] [TOPIC]: a stranger with CosmJS comes to the chain, gets coins, sends some on,
// registers as a worker and has an inference accepted.
import assert from "node:assert/strict";
import { assertIsDeliverTxSuccess, GasPrice, calculateFee, StargateClient } from "@cosmjs/stargate";
import { Checks } from "./checks.mjs";
import { Devnet } from "./devnet.mjs";
import { payload, payloadUrl, registerUrl } from "./emissions.mjs";
import { signTransaction } from "./transaction.mjs";

const [rpc, lcd, version = "v10", topic = "1"] = process.argv.slice(2);
const topicId = BigInt(topic);
const value = "3.1415";
const checks = new Checks();
const devnet = await Devnet.connect(rpc, lcd, version);
const { client, comet } = devnet;
const fee = (gas) => calculateFee(gas, GasPrice.fromString("10uallo"));

await checks.that("CosmJS recognises the node's CometBFT version by itself", async () => {
  const found = await StargateClient.connect(rpc);
  assert.ok((await found.getHeight()) > 0);
  found.disconnect();
});
await checks.that("status, abci_info and validators read as those of a CometBFT 0.38 node", async () => {
  const status = await comet.status();
  assert.equal(status.nodeInfo.network, await client.getChainId());
  assert.match(status.nodeInfo.version, /^0\.38\./);
  assert.equal(status.syncInfo.catchingUp, false);
  assert.ok((await comet.abciInfo()).lastBlockHeight > 0);
  assert.equal((await comet.validatorsAll(status.syncInfo.latestBlockHeight)).total, 1);
  await comet.health();
});
await checks.that("blocks follow one another by hash and height", async () => {
  const height = await client.getHeight();
  const [before, after] = [await comet.block(height - 1), await comet.block(height)];
  assert.equal(before.block.header.height, height - 1);
  assert.deepEqual(after.block.header.lastBlockId.hash, before.blockId.hash);
  assert.ok(after.block.header.time >= before.block.header.time);
  const block = await client.getBlock(height);
  assert.equal(block.header.chainId, await client.getChainId());
  await comet.blockResults(height);
  assert.ok((await comet.blockchain(height - 1, height)).blockMetas.length === 2);
});
await checks.that("an account that nobody has paid is unknown and empty", async () => {
  const nobody = await devnet.account({ coins: 0n });
  assert.equal(await client.getAccount(nobody.address), null);
  assert.equal((await client.getBalance(nobody.address, "uallo")).amount, "0");
});

const worker = await devnet.account();
const other = await devnet.account({ coins: 0n });
const signing = devnet.signing(worker);

await checks.that("the faucet makes an account with sequence 0 and no public key", async () => {
  const account = await client.getAccount(worker.address);
  assert.equal(account.address, worker.address);
  assert.equal(account.pubkey, null);
  assert.equal(account.sequence, 0);
  assert.equal((await client.getBalance(worker.address, "uallo")).amount, (10n ** 18n).toString());
});
await checks.that("a bank transfer is included, paid for and found again", async () => {
  const amount = [{ denom: "uallo", amount: "12345" }];
  const result = await signing.sendTokens(worker.address, other.address, amount, fee(200_000), "from CosmJS");
  assertIsDeliverTxSuccess(result);
  assert.equal((await client.getBalance(other.address, "uallo")).amount, "12345");
  const left = BigInt((await client.getBalance(worker.address, "uallo")).amount);
  assert.ok(left < 10n ** 18n - 12345n, "no fee was taken");
  assert.ok(result.gasUsed > 0n && result.gasUsed <= result.gasWanted);
  assert.equal((await client.getAccount(worker.address)).sequence, 1);
  const found = await client.getTx(result.transactionHash);
  assert.equal(found.height, result.height);
  assert.ok(found.events.some((event) => event.type === "transfer"));
  const block = await client.getBlock(result.height);
  assert.ok(block.txs.some((tx) => Buffer.from(tx).equals(Buffer.from(found.tx))));
});
await checks.that("several transactions of one account may wait for the same block", async () => {
  const sender = await devnet.account();
  const terms = await devnet.terms(sender);
  const bodyBytes = devnet.bodyOf({
    typeUrl: "/cosmos.bank.v1beta1.MsgSend",
    value: { fromAddress: sender.address, toAddress: other.address, amount: [{ denom: "uallo", amount: "1" }] },
  });
  const hashes = [];
  for (let ahead = 0; ahead < 5; ahead++) {
    const sequence = terms.sequence + ahead;
    const sent = await devnet.sendBytes(await signTransaction({ ...terms, sequence }, sender, bodyBytes));
    assert.equal(sent.code, 0, JSON.stringify(sent));
    hashes.push(sent.hash);
  }
  for (const hash of hashes) {
    assert.equal((await devnet.included(hash)).code, 0);
  }
});
await checks.that("simulation tells the gas without a signature", async () => {
  const message = { typeUrl: registerUrl(version), value: registration(worker) };
  const gas = await signing.simulate(worker.address, [message], "");
  assert.ok(gas > 10_000 && gas < 1_000_000, `${gas}`);
});
await checks.that("a worker registers in a topic", async () => {
  const message = { typeUrl: registerUrl(version), value: registration(worker) };
  assert.equal((await devnet.window(topicId, worker.address)).isRegistered, false);
  assertIsDeliverTxSuccess(await signing.signAndBroadcast(worker.address, [message], fee(400_000)));
  assert.equal((await devnet.window(topicId, worker.address)).isRegistered, true);
});
await checks.that("an inference signed by CosmJS is accepted and admitted", async () => {
  const window = await devnet.openWindow(topicId, worker.address);
  const message = payload({ account: worker, topicId, nonce: window.nonce, value });
  const result = await signing.signAndBroadcast(
    worker.address, [{ typeUrl: payloadUrl(version), value: message }], fee(400_000));
  assertIsDeliverTxSuccess(result);
  const event = result.events.find(({ type }) => type === `emissions.${version}.EventInsertInfererPayload`);
  assert.ok(event !== undefined, `no insert event among ${result.events.map(({ type }) => type)}`);
  const attributes = Object.fromEntries(event.attributes.map((attribute) => [attribute.key, attribute.value]));
  assert.equal(JSON.parse(attributes.inferer), worker.address);
  assert.equal(JSON.parse(attributes.nonce), window.nonce.toString());
  assert.equal(JSON.parse(attributes.topic_id), topic);
  assert.equal(JSON.parse(attributes.value), value);
  assert.ok(BigInt(result.height) > window.nonce && BigInt(result.height) <= window.end);
});

devnet.disconnect();
checks.report();

function registration(account) {
  return { sender: account.address, topicId, owner: account.address, isReputer: false };
}
