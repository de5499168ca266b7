// Standard input: [{privateKey, address, chainId, contract, request, digest, signature, message, messageSignature}] as
// Outpost made them. ethers hashes the same typed data, finds the same signer, and signs the same bytes.
import assert from "node:assert/strict";
import { TypedDataEncoder, Wallet, verifyMessage, verifyTypedData } from "ethers";
import { Checks, readInput } from "./checks.mjs";
import { domainOf, types } from "./requests.mjs";

const checks = new Checks();
for (const told of await readInput()) {
  const domain = domainOf(told.chainId, told.contract);
  const wallet = new Wallet(told.privateKey);
  await checks.that(`${told.address} votes ${told.request.snapshotCid} in ${told.request.projectId}`, async () => {
    assert.equal(told.address, wallet.address);
    assert.equal(told.digest, TypedDataEncoder.hash(domain, types, told.request));
    assert.equal(told.address, verifyTypedData(domain, types, told.request, told.signature));
    assert.equal(told.signature, await wallet.signTypedData(domain, types, told.request));
  });
  await checks.that(`${told.address} signs a message of ${Buffer.byteLength(told.message)} bytes`, async () => {
    assert.equal(told.address, verifyMessage(told.message, told.messageSignature));
    assert.equal(told.messageSignature, await wallet.signMessage(told.message));
  });
}
checks.report();
