// Standard input: [{mnemonic, index, address, publicKey}] as Outpost derived them. Each is derived again by CosmJS, by
// its wallet and by its parts.
import assert from "node:assert/strict";
import { stringToPath } from "@cosmjs/crypto";
import { toHex } from "@cosmjs/encoding";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { accountOf } from "./accounts.mjs";
import { Checks, readInput } from "./checks.mjs";

const checks = new Checks();
for (const { mnemonic, index, address, publicKey } of await readInput()) {
  const words = mnemonic.split(" ");
  await checks.that(`${words.length} words from "${words[0]}", account ${index}: ${address}`, async () => {
    const account = await accountOf(mnemonic, index);
    assert.equal(address, account.address);
    assert.equal(publicKey, toHex(account.publicKey));
    const hdPaths = [stringToPath(`m/44'/118'/0'/0/${index}`)];
    const wallet = await DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix: "allo", hdPaths });
    assert.equal(address, (await wallet.getAccounts())[0].address);
  });
}
checks.report();
