// What CheckTx refuses: the transaction never gets into a block, and the sequence is not used up.
import assert from "node:assert/strict";
import { fromHex, toHex } from "@cosmjs/encoding";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { payload, payloadUrl, registerUrl } from "./emissions.mjs";
import { signTransaction } from "./transaction.mjs";

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

export async function checkedRefusals(checks, devnet, topicId) {
  const account = await devnet.account();
  const { version } = devnet;
  const send = (to = account.address) => ({
    typeUrl: "/cosmos.bank.v1beta1.MsgSend",
    value: { fromAddress: account.address, toAddress: to, amount: [{ denom: "uallo", amount: "1" }] },
  });
  const body = devnet.bodyOf(send());
  const payloadBody = (value, typeVersion = version) => devnet.bodyOf({
    typeUrl: payloadUrl(typeVersion),
    value: payload({ account, topicId, nonce: 5n, value }),
  });
  const otherVersion = version === "v10" ? "v9" : "v10";
  const { accountNumber, sequence } = await devnet.terms(account);
  const height = BigInt(await devnet.client.getHeight());

  const refused = (name, codespace, code, pattern, act) => checks.that(`${name}: ${codespace} ${code}`, async () => {
    const answer = await act();
    assert.equal(`${answer.codespace} ${answer.code}`, `${codespace} ${code}`, JSON.stringify(answer));
    assert.match(answer.log, pattern);
  });

  await refused("another chain's id", "sdk", 4, /signature verification failed/, () =>
    devnet.send(account, body, { chainId: "allora-testnet-1" }));
  await refused("another account's number", "sdk", 4, /signature verification failed/, () =>
    devnet.send(account, body, { accountNumber: BigInt(accountNumber) + 1n }));
  await refused("a sequence too high", "sdk", 32,
    new RegExp(`account sequence mismatch, expected ${sequence}, got ${sequence + 5}`), () =>
      devnet.send(account, body, { sequence: sequence + 5 }));
  await refused("a signature with high s", "sdk", 4, /signature verification failed/, () =>
    devnet.send(account, body, {}, (bytes) => withSignature(bytes, withHighS)));
  await refused("a signature of another digest", "sdk", 4, /signature verification failed/, () =>
    devnet.send(account, body, {}, (bytes) =>
      withSignature(bytes, (signature) => signature.with(5, signature[5] ^ 1))));
  await refused("a fee too low", "sdk", 13, /insufficient fee/, () => devnet.send(account, body, { fee: "9999999" }));
  await refused("no fee coin", "feemarket", 1, /./, () => devnet.send(account, body, { coins: [] }));
  await refused("two fee coins", "feemarket", 2, /./, () => devnet.send(account, body, {
    coins: [{ denom: "uallo", amount: "20000000" }, { denom: "uother", amount: "1" }],
  }));
  await refused("a fee granter who granted nothing", "sdk", 38, /fee-grant not found/, async () =>
    devnet.send(account, body, { granter: (await devnet.account()).address }));
  await refused("gas too low for the bytes", "sdk", 11, /gasWanted: 1000, gasUsed: \d+/, () =>
    devnet.send(account, body, { gas: "1000" }));
  await refused("a memo of 257 characters", "sdk", 12, /maximum number of characters is 256/, () =>
    devnet.send(account, devnet.bodyOf(send(), { memo: "m".repeat(257) })));
  await refused("a timeout height that has passed", "sdk", 30, /timeout height/, () =>
    devnet.send(account, devnet.bodyOf(send(), { timeoutHeight: height - 1n })));
  await refused("an unknown field in the body", "sdk", 2, /tx parse error/, () =>
    devnet.send(account, new Uint8Array([...body, 0xa0, 0x06, 0x01])));
  await refused("an unknown field behind the signatures", "sdk", 2, /tx parse error/, () =>
    devnet.send(account, body, {}, (bytes) => new Uint8Array([...bytes, 0x28, 0x01])));
  await refused("bytes that are no transaction", "sdk", 2, /tx parse error/, () =>
    devnet.sendBytes(new TextEncoder().encode("not a transaction")));
  await refused("no message", "sdk", 18, /at least one message/, () => devnet.send(account, devnet.bodyOf([])));
  await refused(`a payload for ${otherVersion}`, "sdk", 2, /tx parse error|unable to resolve type URL/, () =>
    devnet.send(account, payloadBody("1.5", otherVersion)));
  await refused(`a registration for ${otherVersion}`, "sdk", 2, /tx parse error|unable to resolve type URL/, () =>
    devnet.send(account, devnet.bodyOf({
      typeUrl: registerUrl(otherVersion),
      value: { sender: account.address, topicId, owner: account.address, isReputer: false },
    })));
  for (const value of ["1e50", "NaN", "1E-41", "one"]) {
    await refused(`the value ${value}`, "sdk", 2, /tx parse error/, () => devnet.send(account, payloadBody(value)));
  }
  await refused("somebody else's message", "sdk", 8, /pubKey does not match signer address/, async () => {
    const other = await devnet.account();
    const terms = await devnet.terms(other);
    const othersSend = { ...send(), value: { ...send().value, fromAddress: other.address } };
    return devnet.send(account, devnet.bodyOf(othersSend), terms);
  });

  const stranger = await devnet.account({ coins: 0n });
  const strangersBody = devnet.bodyOf({
    typeUrl: "/cosmos.bank.v1beta1.MsgSend",
    value: { fromAddress: stranger.address, toAddress: account.address, amount: [{ denom: "uallo", amount: "1" }] },
  });
  const firstTerms = { ...(await devnet.terms(account)), accountNumber: 0, sequence: 0 };
  await refused("an account that the chain has never seen", "sdk", 9, new RegExp(stranger.address), async () =>
    devnet.sendBytes(await signTransaction(firstTerms, stranger, strangersBody)));
  await refused("an account with too few coins for the fee", "sdk", 5, /insufficient funds/, async () => {
    const poor = await devnet.account({ coins: 5n });
    const poorBody = devnet.bodyOf({ ...send(), value: { ...send().value, fromAddress: poor.address } });
    return devnet.send(poor, poorBody);
  });

  await checks.that("the same bytes twice: the mempool's cache says so", async () => {
    const terms = await devnet.terms(account);
    const tx = await signTransaction(terms, account, body);
    const first = await devnet.sendBytes(tx);
    assert.equal(first.code, 0, JSON.stringify(first));
    assert.match((await devnet.sendBytes(tx)).rpcError ?? "accepted", /tx already exists in cache/);
    const { code } = await devnet.included(first.hash);
    assert.equal(code, 0);
    assert.match((await devnet.sendBytes(tx)).rpcError ?? "accepted", /tx already exists in cache/);
  });
  await refused("a sequence already used", "sdk", 32, /account sequence mismatch, expected 1, got 0/, () =>
    devnet.send(account, devnet.bodyOf(send(), { memo: "again" }), { sequence: 0 }));
  await checks.that("nothing that was refused used up a sequence", async () => {
    assert.equal((await devnet.client.getSequence(account.address)).sequence, sequence + 1);
  });
}

function withSignature(bytes, change) {
  const raw = TxRaw.decode(bytes);
  return TxRaw.encode({ ...raw, signatures: [change(raw.signatures[0])] }).finish();
}

function withHighS(signature) {
  const s = order - BigInt(`0x${toHex(signature.slice(32))}`);
  return new Uint8Array([...signature.slice(0, 32), ...fromHex(s.toString(16).padStart(64, "0"))]);
}
