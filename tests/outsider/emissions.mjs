// The messages of Allora's emissions module that a worker needs, written from its field numbers
// (allora-chain x/emissions/proto: v9 and v10 share them; only the type URLs differ).
import { Secp256k1, Secp256k1Signature, sha256 } from "@cosmjs/crypto";
import { fromHex, toHex } from "@cosmjs/encoding";
import { Schema } from "./schema.mjs";

const Nonce = new Schema({ blockHeight: [1, "int64"] });

const LabeledValue = new Schema({ label: [1, "string"], value: [2, "string"] });

const Inference = new Schema({
  topicId: [1, "uint64"],
  blockHeight: [2, "int64"],
  inferer: [3, "string"],
  value: [4, "string"],
  extraData: [5, "bytes"],
  proof: [6, "string"],
  values: [7, [LabeledValue]],
});

const ForecastElement = new Schema({ inferer: [1, "string"], value: [2, "string"] });

const Forecast = new Schema({
  topicId: [1, "uint64"],
  blockHeight: [2, "int64"],
  forecaster: [3, "string"],
  elements: [4, [ForecastElement]],
  extraData: [5, "bytes"],
});

export const Bundle = new Schema({ inference: [1, Inference], forecast: [2, Forecast] });

const WorkerDataBundle = new Schema({
  worker: [1, "string"],
  nonce: [2, Nonce],
  topicId: [3, "uint64"],
  bundle: [4, Bundle],
  signature: [5, "bytes"],
  pubkey: [6, "string"],
});

export const InsertWorkerPayloadRequest = new Schema({
  sender: [1, "string"],
  workerDataBundle: [2, WorkerDataBundle],
});

export const RegisterRequest = new Schema({
  sender: [1, "string"],
  topicId: [4, "uint64"],
  owner: [5, "string"],
  isReputer: [6, "bool"],
});

export const AddStakeRequest = new Schema({
  sender: [1, "string"],
  topicId: [2, "uint64"],
  amount: [3, "string"],
});

const OfWorker = new Schema({ worker: [1, "string"], value: [2, "string"] });

const Pairs = new Schema({ forecaster: [3, "string"], values: [4, [OfWorker]] });

export const ValueBundle = new Schema({
  topicId: [1, "uint64"],
  nonce: [2, new Schema({ reputerNonce: [1, Nonce] })],
  reputer: [3, "string"],
  extraData: [4, "bytes"],
  combined: [5, "string"],
  inferers: [6, [OfWorker]],
  forecasters: [7, [OfWorker]],
  naive: [8, "string"],
  oneOutInferers: [9, [OfWorker]],
  oneOutForecasters: [10, [OfWorker]],
  oneInForecasters: [11, [OfWorker]],
  oneOutInfererForecasters: [12, [Pairs]],
});

const ReputerValueBundle = new Schema({
  bundle: [1, ValueBundle],
  signature: [2, "bytes"],
  pubkey: [3, "string"],
});

export const InsertReputerPayloadRequest = new Schema({
  sender: [1, "string"],
  reputerValueBundle: [2, ReputerValueBundle],
});

export const WindowStatusRequest = new Schema({ topicId: [1, "uint64"], address: [2, "string"] });

export const WindowStatusResponse = new Schema({
  isOpen: [1, "bool"],
  nonce: [2, "int64"],
  start: [3, "int64"],
  end: [4, "int64"],
  nextStart: [5, "int64"],
  nextEnd: [6, "int64"],
  isRegistered: [7, "bool"],
  isWhitelisted: [8, "bool"],
  isTopicActive: [9, "bool"],
});

export const payloadUrl = (version) => `/emissions.${version}.InsertWorkerPayloadRequest`;
export const registerUrl = (version) => `/emissions.${version}.RegisterRequest`;

/** What CosmJS's Registry wants to know of both versions. */
export const emissionsTypes = ["v9", "v10"].flatMap((version) => [
  [payloadUrl(version), InsertWorkerPayloadRequest],
  [registerUrl(version), RegisterRequest],
  [`/emissions.${version}.InsertReputerPayloadRequest`, InsertReputerPayloadRequest],
  [`/emissions.${version}.AddStakeRequest`, AddStakeRequest],
]);

/** A worker's or a reputer's signature: SHA-256 of the bundle's own bytes, r and s in 64 bytes, s low. */
export function signBundle(bundle, privateKey, schema = Bundle) {
  const signature = Secp256k1.createSignature(sha256(schema.bytes(bundle)), privateKey);
  return new Uint8Array([...signature.r(32), ...signature.s(32)]);
}

/**
 * A payload message around a scalar inference, labeled values, a forecast, or an inference with a forecast;
 * `afterSigning` replaces parts of the worker data bundle.
 */
export function payload({
  account, topicId, nonce, value = undefined, labels = [], forecast = [], signer = account, afterSigning = {},
}) {
  const common = { topicId, blockHeight: nonce };
  const hasInference = value !== undefined || labels.length > 0;
  const bundle = {
    inference: hasInference
      ? { ...common, inferer: account.address, value: value ?? "0", values: sorted(labels, "label") }
      : undefined,
    forecast: forecast.length > 0
      ? { ...common, forecaster: account.address, elements: sorted(forecast, "inferer") }
      : undefined,
  };
  return {
    sender: account.address,
    workerDataBundle: {
      worker: account.address,
      nonce: { blockHeight: nonce },
      topicId,
      bundle,
      signature: signBundle(bundle, signer.privateKey),
      pubkey: toHex(account.publicKey),
      ...afterSigning,
    },
  };
}

/** A reputer's payload; the losses as ValueBundle names them, without what names the reputer and the nonce. */
export function lossPayload({ account, topicId, nonce, losses }) {
  const bundle = {
    ...losses,
    topicId,
    nonce: { reputerNonce: { blockHeight: nonce } },
    reputer: account.address,
  };
  return {
    sender: account.address,
    reputerValueBundle: {
      bundle,
      signature: signBundle(bundle, account.privateKey, ValueBundle),
      pubkey: toHex(account.publicKey),
    },
  };
}

/** True when the signature, over the bundle encoded again as the chain does it, is that of its pubkey. */
export function verifyBundle({ bundle, signature, pubkey }, schema = Bundle) {
  return Secp256k1.verifySignature(
    Secp256k1Signature.fromFixedLength(signature), sha256(schema.bytes(bundle)), fromHex(pubkey));
}

function sorted(list, key) {
  return [...list].sort((left, right) => (left[key] < right[key] ? -1 : 1));
}
