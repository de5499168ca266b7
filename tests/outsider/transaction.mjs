// Builds and signs one transaction with CosmJS's own parts.
import { makeAuthInfoBytes, makeSignDoc, Registry } from "@cosmjs/proto-signing";
import { fromBase64 } from "@cosmjs/encoding";
import { PubKey } from "cosmjs-types/cosmos/crypto/secp256k1/keys";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { emissionsTypes } from "./emissions.mjs";

export const emissionsRegistry = new Registry(emissionsTypes);

/** The bytes of a transaction around one message; numbers are decimal text or bigint. */
export async function buildTransaction(told, account, registry, message) {
  return signTransaction(told, account, registry.encodeTxBody({
    messages: [{ typeUrl: told.typeUrl, value: message }],
    memo: told.memo ?? "",
    timeoutHeight: BigInt(told.timeoutHeight ?? 0),
  }));
}

/** The same around a body that is already bytes. */
export async function signTransaction(told, account, bodyBytes) {
  const pubkey = {
    typeUrl: "/cosmos.crypto.secp256k1.PubKey",
    value: PubKey.encode({ key: account.publicKey }).finish(),
  };
  const fee = told.coins ?? [{ denom: "uallo", amount: String(told.fee) }];
  const authInfoBytes = makeAuthInfoBytes(
    [{ pubkey, sequence: BigInt(told.sequence) }], fee, Number(told.gas), told.granter ?? "", undefined);
  const signDoc = makeSignDoc(bodyBytes, authInfoBytes, told.chainId, BigInt(told.accountNumber));
  const { signature, signed } = await account.wallet.signDirect(account.address, signDoc);
  return TxRaw.encode({
    bodyBytes: signed.bodyBytes,
    authInfoBytes: signed.authInfoBytes,
    signatures: [fromBase64(signature.signature)],
  }).finish();
}
