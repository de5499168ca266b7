// The outsider's side of a chain that it reaches over CometBFT RPC: accounts with coins, windows, broadcasts.
import { Random } from "@cosmjs/crypto";
import { fromHex, toHex } from "@cosmjs/encoding";
import { Registry } from "@cosmjs/proto-signing";
import { defaultRegistryTypes, SigningStargateClient, StargateClient } from "@cosmjs/stargate";
import { Comet38Client } from "@cosmjs/tendermint-rpc";
import { accountOfKey } from "./accounts.mjs";
import { until } from "./checks.mjs";
import { emissionsTypes, WindowStatusRequest, WindowStatusResponse } from "./emissions.mjs";
import { signTransaction } from "./transaction.mjs";

export const registry = new Registry([...defaultRegistryTypes, ...emissionsTypes]);

export class Devnet {
  /** What this chain calls its messages; the other version's are refused. */
  static async connect(rpc, lcd, version) {
    const comet = await Comet38Client.connect(rpc);
    return new Devnet(rpc, lcd, version, comet, StargateClient.create(comet));
  }

  constructor(rpc, lcd, version, comet, client) {
    Object.assign(this, { rpc, lcd, version, comet, client });
  }

  disconnect() {
    this.comet.disconnect();
  }

  /** A new account, with coins from the faucet unless it shall be unknown to the chain. */
  async account({ coins = 10n ** 18n } = {}) {
    const account = await accountOfKey(Random.getBytes(32));
    if (coins > 0n) {
      await this.fund(account.address, coins);
    }
    return account;
  }

  async fund(address, amount) {
    const before = BigInt((await this.client.getBalance(address, "uallo")).amount);
    const response = await fetch(new URL("faucet", this.lcd), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ address, amount: amount.toString() }),
    });
    if (!response.ok) {
      throw new Error(`The faucet answered ${response.status}: ${await response.text()}`);
    }
    await until("the faucet's coins", async () => {
      const balance = BigInt((await this.client.getBalance(address, "uallo")).amount);
      return balance >= before + amount ? balance : null;
    });
  }

  signing(account) {
    return SigningStargateClient.createWithSigner(this.comet, account.wallet, {
      registry,
      broadcastPollIntervalMs: 50,
      broadcastTimeoutMs: 20_000,
    });
  }

  /** The worker window as the emissions module itself tells it. */
  async window(topicId, address) {
    const { code, log, value } = await this.comet.abciQuery({
      path: `/emissions.${this.version}.QueryService/GetWorkerSubmissionWindowStatus`,
      data: WindowStatusRequest.bytes({ topicId, address }),
    });
    if (code !== 0) {
      throw new Error(`The window of topic ${topicId}: code ${code}, ${log}`);
    }
    return WindowStatusResponse.decode(value);
  }

  /** Waits until a window has at least this many blocks left to be included in. */
  async openWindow(topicId, address, blocksLeft = 3n) {
    return until(`an open window of topic ${topicId}`, async () => {
      const window = await this.window(topicId, address);
      const height = BigInt(await this.client.getHeight());
      return window.isOpen && height + blocksLeft <= window.end ? window : null;
    });
  }

  /** What a transaction has to say about its sender, with a fee that is enough. */
  async terms(account) {
    const { accountNumber, sequence } = await this.client.getSequence(account.address);
    const chainId = await this.client.getChainId();
    return { chainId, accountNumber, sequence, fee: "20000000", gas: "1000000" };
  }

  bodyOf(message, { memo = "", timeoutHeight = 0n } = {}) {
    return registry.encodeTxBody({ messages: [message].flat(), memo, timeoutHeight });
  }

  /** Signs with CosmJS's parts and sends; the answer of CheckTx, or the RPC's own refusal in `rpcError`. */
  async send(account, bodyBytes, changes = {}, alter = (bytes) => bytes) {
    const terms = { ...(await this.terms(account)), ...changes };
    return this.sendBytes(alter(await signTransaction(terms, account, bodyBytes)));
  }

  async sendBytes(tx) {
    try {
      const { code, codespace, log, hash } = await this.comet.broadcastTxSync({ tx });
      return { code, codespace: codespace ?? "", log, hash: toHex(hash).toUpperCase() };
    } catch (error) {
      return { rpcError: error.message };
    }
  }

  /** The same, and what became of it in its block when CheckTx let it pass. */
  async deliver(account, bodyBytes, changes = {}, alter = undefined) {
    const checked = await this.send(account, bodyBytes, changes, alter);
    if (checked.rpcError !== undefined || checked.code !== 0) {
      throw new Error(`CheckTx refused it: ${JSON.stringify(checked)}`);
    }
    return this.included(checked.hash);
  }

  async included(hash) {
    const { height, events } = await until(`transaction ${hash} in a block`, () => this.client.getTx(hash));
    // StargateClient does not hand on the codespace.
    const { code, codespace, log } = (await this.comet.tx({ hash: fromHex(hash) })).result;
    return { code, codespace: codespace ?? "", log: log ?? "", events, height };
  }
}
