// What only the message's own execution refuses: the transaction is in a block, failed, paid for.
import assert from "node:assert/strict";
import { toHex } from "@cosmjs/encoding";
import { Bundle, payload, payloadUrl, registerUrl, signBundle } from "./emissions.mjs";

export async function deliveredRefusals(checks, devnet, topicId, whitelisted) {
  const { version } = devnet;
  const worker = await devnet.account();
  const other = await devnet.account();
  const unregistered = await devnet.account();
  const registration = (account, topic) => devnet.bodyOf({
    typeUrl: registerUrl(version),
    value: { sender: account.address, topicId: topic, owner: account.address, isReputer: false },
  });
  const bodyOf = (message) => devnet.bodyOf({ typeUrl: payloadUrl(version), value: message });
  const window = () => devnet.openWindow(topicId, worker.address);
  const honest = async (changes = {}) =>
    payload({ account: worker, topicId, nonce: (await window()).nonce, value: "1.50", ...changes });

  const refused = (name, codespace, code, pattern, act) => checks.that(`${name}: ${codespace} ${code}`, async () => {
    const answer = await act();
    assert.equal(`${answer.codespace} ${answer.code}`, `${codespace} ${code}`, answer.log);
    assert.match(answer.log, pattern);
    const isAdmitted = answer.events.some(({ type }) => type.includes("EventInsertInfererPayload"));
    assert.ok(!isAdmitted, "it was admitted all the same");
  });

  for (const account of [worker, other]) {
    await checks.that("a registration is accepted", async () => {
      const { code, log } = await devnet.deliver(account, registration(account, topicId));
      assert.equal(code, 0, log);
    });
  }
  await refused("a second registration", "emissions", 8, /registered/, () =>
    devnet.deliver(worker, registration(worker, topicId)));
  await refused("a registration in a topic that does not exist", "emissions", 23, /topic/, () =>
    devnet.deliver(worker, registration(worker, 999_999n)));

  await refused("a bundle signed by another key", "sdk", 4, /signature verification failed/, async () =>
    devnet.deliver(worker, bodyOf(await honest({ signer: other }))));
  await refused("another's public key beside another's signature", "sdk", 4, /./, async () =>
    devnet.deliver(worker, bodyOf(await honest({ signer: other, afterSigning: { pubkey: toHex(other.publicKey) } }))));
  for (const value of ["1.50e0", "+1", "1e1", "0001.5", ".5"]) {
    await refused(`${value}, signed as it is written`, "sdk", 4, /signature verification failed/, async () =>
      devnet.deliver(worker, bodyOf(await honest({ value }))));
  }
  await refused("no value, signed without one", "sdk", 4, /signature verification failed/, async () =>
    devnet.deliver(worker, bodyOf(await honest({ value: "" }))));
  await refused("a bundle with another topic than its inference", "sdk", 18, /topic/, async () =>
    devnet.deliver(worker, bodyOf(await honest({ topicId: topicId + 1n, afterSigning: { topicId } }))));
  await refused("a bundle with another nonce than its inference", "sdk", 18, /./, async () => {
    const message = await honest();
    const nonce = { blockHeight: message.workerDataBundle.nonce.blockHeight - 1n };
    return devnet.deliver(worker, bodyOf({ ...message, workerDataBundle: { ...message.workerDataBundle, nonce } }));
  });
  await refused("an empty bundle", "sdk", 18, /./, async () => {
    const bundle = {};
    const signature = signBundle(bundle, worker.privateKey);
    assert.equal(Bundle.bytes(bundle).length, 0);
    return devnet.deliver(worker, bodyOf(await honest({ afterSigning: { bundle, signature } })));
  });

  await refused("a topic that does not exist", "emissions", 6, /topic/, async () => {
    const { nonce } = await window();
    return devnet.deliver(worker, bodyOf(payload({ account: worker, topicId: 999_999n, nonce, value: "1.5" })));
  });
  await refused("a worker that is not on the whitelist", "emissions", 83, /not permitted to submit/, async () => {
    const { nonce } = await window();
    return devnet.deliver(worker, bodyOf(payload({ account: worker, topicId: whitelisted, nonce, value: "1.5" })));
  });
  await refused("a nonce that has not opened", "emissions", 75, /nonce/, async () => {
    const { nonce } = await window();
    return devnet.deliver(worker, bodyOf(await honest({ nonce: nonce + 1_000n })));
  });
  await refused("a nonce that was never one", "emissions", 75, /nonce/, async () => {
    const { nonce } = await window();
    return devnet.deliver(worker, bodyOf(await honest({ nonce: nonce - 1n })));
  });
  await refused("a worker that is not registered", "emissions", 13, /registered/, async () => {
    const { nonce } = await window();
    return devnet.deliver(unregistered, bodyOf(payload({ account: unregistered, topicId, nonce, value: "1.5" })));
  });
  await refused("too little gas for the message", "sdk", 11, /out of gas/, async () => {
    const body = bodyOf(await honest());
    const signing = devnet.signing(worker);
    const message = { typeUrl: payloadUrl(version), value: await honest() };
    const enough = await signing.simulate(worker.address, [message], "");
    return devnet.deliver(worker, body, { gas: String(enough - 1_000) });
  });

  await checks.that("after all that, an honest payload is still admitted; its repetition is not", async () => {
    const { nonce } = await devnet.openWindow(topicId, worker.address, 6n);
    const first = await devnet.deliver(worker, bodyOf(await honest({ nonce })));
    assert.equal(first.code, 0, first.log);
    assert.ok(first.events.some(({ type }) => type === `emissions.${version}.EventInsertInfererPayload`));
    const second = await devnet.deliver(worker, bodyOf(await honest({ nonce, value: "2.5" })));
    assert.equal(`${second.codespace} ${second.code}`, "undefined 1", second.log);
    assert.match(second.log, /inference already submitted/);
  });
  await refused("a nonce whose window has closed", "emissions", 75, /nonce/, async () => {
    const { nonce, end } = await window();
    for (let height = 0n; height <= end; height = BigInt(await devnet.client.getHeight())) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return devnet.deliver(other, bodyOf(payload({ account: other, topicId, nonce, value: "1.5" })));
  });
}
