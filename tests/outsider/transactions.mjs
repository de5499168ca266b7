// Standard input: transactions that Outpost built, each with what it was told to say. CosmJS decodes them, verifies
// both signatures, and builds each once more from the same mnemonic: RFC 6979 makes the bytes equal.
import assert from "node:assert/strict";
import { Secp256k1, Secp256k1Signature, sha256 } from "@cosmjs/crypto";
import { fromBase64, toBase64, toHex } from "@cosmjs/encoding";
import { makeSignBytes, makeSignDoc } from "@cosmjs/proto-signing";
import { PubKey } from "cosmjs-types/cosmos/crypto/secp256k1/keys";
import { SignMode } from "cosmjs-types/cosmos/tx/signing/v1beta1/signing";
import { AuthInfo, TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { accountOf } from "./accounts.mjs";
import { Checks, readInput } from "./checks.mjs";
import { Bundle, lossPayload, payload, ValueBundle, verifyBundle } from "./emissions.mjs";
import { buildTransaction, emissionsRegistry as registry } from "./transaction.mjs";

const checks = new Checks();
for (const told of await readInput()) {
  const bytes = fromBase64(told.bytes);
  const raw = TxRaw.decode(bytes);
  const account = await accountOf(told.mnemonic, told.index);

  await checks.that(`${told.name}: is named by the hash of its bytes`, () => {
    assert.equal(told.hash, toHex(sha256(bytes)).toUpperCase());
  });
  await checks.that(`${told.name}: encodes to the same bytes again`, () => {
    assert.equal(told.bytes, toBase64(TxRaw.encode(raw).finish()));
    assert.equal(toBase64(raw.bodyBytes), toBase64(TxBody.encode(TxBody.decode(raw.bodyBytes)).finish()));
    assert.equal(toBase64(raw.authInfoBytes), toBase64(AuthInfo.encode(AuthInfo.decode(raw.authInfoBytes)).finish()));
  });
  await checks.that(`${told.name}: says what it was told`, () => readsAs(told, raw, account));
  await checks.that(`${told.name}: is signed by its account`, () => {
    assert.equal(raw.signatures.length, 1);
    assert.ok(verifies(raw, told, account));
    assert.ok(isLowS(raw.signatures[0]), "s is not low");
    assert.ok(!verifies(raw, { ...told, chainId: `${told.chainId}0` }, account), "signed for any chain");
    assert.ok(!verifies(raw, { ...told, accountNumber: `${BigInt(told.accountNumber) + 1n}` }, account));
  });
  await checks.that(`${told.name}: is what CosmJS builds`, async () => {
    assert.equal(told.bytes, toBase64(await buildTransaction(told, account, registry, messageOf(told, account))));
  });
  if (told.losses) {
    await checks.that(`${told.name}: its bundle is signed by the reputer`, () => lossesAreSigned(raw));
  } else if (told.nonce) {
    await checks.that(`${told.name}: its bundle is signed by the worker`, () => bundleIsSigned(raw));
  }
}
checks.report();

function messageOf(told, account) {
  const topicId = BigInt(told.topic);
  if (told.stake) {
    return { sender: account.address, topicId, amount: told.stake };
  }
  if (told.losses) {
    return lossPayload({ account, topicId, nonce: BigInt(told.nonce), losses: told.losses });
  }
  return told.nonce
    ? payload({
        account, topicId, nonce: BigInt(told.nonce), value: told.value ?? undefined, labels: told.labels,
        forecast: told.forecast,
      })
    : { sender: account.address, topicId, owner: account.address, isReputer: told.isReputer };
}

function readsAs(told, raw, account) {
  const body = TxBody.decode(raw.bodyBytes);
  assert.equal(body.messages.length, 1);
  assert.equal(body.messages[0].typeUrl, told.typeUrl);
  assert.equal(body.memo, told.memo);
  assert.equal(body.timeoutHeight, BigInt(told.timeoutHeight));
  const authInfo = AuthInfo.decode(raw.authInfoBytes);
  const [signer] = authInfo.signerInfos;
  assert.equal(signer.sequence, BigInt(told.sequence));
  assert.equal(signer.modeInfo.single.mode, SignMode.SIGN_MODE_DIRECT);
  assert.deepEqual(PubKey.decode(signer.publicKey.value).key, account.publicKey);
  assert.deepEqual(authInfo.fee.amount, [{ denom: "uallo", amount: told.fee }]);
  assert.equal(authInfo.fee.gasLimit, BigInt(told.gas));
  assert.equal(authInfo.fee.granter, told.granter);
  const message = registry.decode(body.messages[0]);
  assert.equal(message.sender, account.address);
  if (message.reputerValueBundle !== undefined) {
    const losses = message.reputerValueBundle.bundle;
    assert.equal(losses.reputer, account.address);
    assert.equal(losses.nonce.reputerNonce.blockHeight, BigInt(told.nonce));
    for (const [name, value] of Object.entries(told.losses)) {
      assert.deepEqual(losses[name], value);
    }
    return;
  }
  if (message.workerDataBundle === undefined) {
    assert.deepEqual(message, messageOf(told, account));
    return;
  }
  const { worker, nonce, topicId, bundle } = message.workerDataBundle;
  assert.equal(worker, account.address);
  assert.equal(nonce.blockHeight, BigInt(told.nonce));
  assert.equal(topicId, BigInt(told.topic));
  const { inference, forecast } = bundle;
  assert.equal(inference !== undefined, told.value !== null || told.labels.length > 0);
  assert.equal(forecast !== undefined, told.forecast.length > 0);
  for (const part of [inference, forecast].filter((one) => one !== undefined)) {
    assert.equal(part.topicId, topicId);
    assert.equal(part.blockHeight, nonce.blockHeight);
    assert.equal(part.inferer ?? part.forecaster, worker);
  }
  assert.equal(inference?.value ?? null, told.labels.length > 0 ? "0" : told.value);
  assert.equal(inference?.values.length ?? 0, told.labels.length);
  assert.equal(forecast?.elements.length ?? 0, told.forecast.length);
}

function verifies(raw, { chainId, accountNumber }, account) {
  const signDoc = makeSignDoc(raw.bodyBytes, raw.authInfoBytes, chainId, BigInt(accountNumber));
  return Secp256k1.verifySignature(
    Secp256k1Signature.fromFixedLength(raw.signatures[0]), sha256(makeSignBytes(signDoc)), account.publicKey);
}

function bundleIsSigned(raw) {
  const { workerDataBundle } = registry.decode(TxBody.decode(raw.bodyBytes).messages[0]);
  assert.equal(workerDataBundle.signature.length, 64);
  assert.ok(isLowS(workerDataBundle.signature), "s is not low");
  assert.ok(verifyBundle(workerDataBundle));
  const { inference, forecast } = workerDataBundle.bundle;
  const changed = inference === undefined
    ? { forecast: { ...forecast, elements: forecast.elements.slice(1) } }
    : { inference: { ...inference, value: `${inference.value}1` }, forecast };
  assert.notDeepEqual(Bundle.bytes(changed), Bundle.bytes(workerDataBundle.bundle));
  assert.ok(!verifyBundle({ ...workerDataBundle, bundle: changed }), "the signature does not depend on the value");
}

function lossesAreSigned(raw) {
  const { reputerValueBundle } = registry.decode(TxBody.decode(raw.bodyBytes).messages[0]);
  assert.equal(reputerValueBundle.signature.length, 64);
  assert.ok(isLowS(reputerValueBundle.signature), "s is not low");
  assert.ok(verifyBundle(reputerValueBundle, ValueBundle));
  const changed = { ...reputerValueBundle.bundle, naive: `${reputerValueBundle.bundle.naive}1` };
  assert.ok(!verifyBundle({ ...reputerValueBundle, bundle: changed }, ValueBundle),
    "the signature does not depend on the losses");
}

function isLowS(signature) {
  const half = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
  return BigInt(`0x${toHex(signature.slice(32))}`) <= half;
}
