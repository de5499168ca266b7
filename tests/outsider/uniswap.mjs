// Uniswap v2's real contracts on an Anvil node, traded by a seed.
//   node uniswap.mjs URL deploy SEED PAIRS     deploys all, makes pairs with liquidity; prints addresses as JSON
//   node uniswap.mjs URL trade SEED BLOCKS     trades on over so many blocks; prints the blocks as JSON
//   node uniswap.mjs URL fill SEED BLOCKS      the same in a hurry: swaps only, in one block of ten
import { MaxUint256 } from "ethers";
import { call, callAll, hex } from "./rpc.mjs";
import { erc20, factory, factoryAt, give, pair, place, router, routerAt, tokensUpTo, weth } from "./uniswap-contracts.mjs";

const [url, act, seed, amount] = process.argv.slice(2);
const secondsPerBlock = 12;
const mostTrades = 6;

// mulberry32: numbers from 0 to below the bound.
let state = Number(seed) >>> 0;
function below(bound) {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (((mixed ^ (mixed >>> 14)) >>> 0) % bound);
}

const accounts = (await call(url, "eth_accounts")).slice(0, 3);
const sends = (from, to, data, gas = 1_000_000, value = 0n) =>
  ["eth_sendTransaction", { from, to, data, gas: hex(gas), value: hex(value) }];
const read = async (to, coder, name, ...values) =>
  coder.decodeFunctionResult(name, await call(url, "eth_call", { to, data: coder.encodeFunctionData(name, values) }, "latest"));
const later = 2n ** 40n;

// A batch is worked on in any order: numbers and prices give transactions theirs.
const nonces = new Map();
const inOrder = (transactions) => transactions.map(([method, transaction], index) => {
  const nonce = nonces.get(transaction.from);
  nonces.set(transaction.from, nonce + 1);
  return [method, { ...transaction, nonce: hex(nonce), gasPrice: hex(100_000_000_000 - index) }];
});

/** After others sent from the same accounts. */
async function countNonces() {
  for (const account of accounts) {
    nonces.set(account, Number(await call(url, "eth_getTransactionCount", account, "latest")));
  }
}

/** Sends transactions, mines them in one block, and fails where one of them did and was not meant to. */
async function block(transactions, mayFail = false) {
  const hashes = await callAll(url, inOrder(transactions));
  await call(url, "evm_mine");
  const receipts = await callAll(url, hashes.map((hash) => ["eth_getTransactionReceipt", hash]));
  const failed = receipts.findIndex((receipt) => receipt?.status !== "0x1");
  if (failed >= 0 && !mayFail) {
    throw new Error(`transaction ${failed} failed: ${JSON.stringify(transactions[failed])} ${JSON.stringify(receipts[failed])}`);
  }
}

async function deploy(pairs) {
  const list = tokensUpTo(Math.max(8, Math.ceil(pairs / 2) + 4));
  await call(url, "evm_setAutomine", false);
  await call(url, "anvil_setBlockTimestampInterval", secondsPerBlock);
  await place(url, accounts[0], list);
  await countNonces();
  const rich = 10n ** 12n;
  for (const account of accounts) {
    await call(url, "anvil_setBalance", account, hex(rich * 10n ** 18n));
    for (const token of list.slice(1)) {
      await give(url, token, account, rich * 10n ** BigInt(token.decimals));
    }
    await block([
      sends(account, list[0].address, weth.encodeFunctionData("deposit"), 1_000_000, rich / 2n * 10n ** 18n),
      ...list.map((token) => sends(account, token.address, erc20.encodeFunctionData("approve", [routerAt, MaxUint256]))),
    ]);
  }
  const wanted = [[1, 0], [2, 0], [0, 3]];
  for (let token = 4; token < list.length && wanted.length < pairs; token++) {
    wanted.push([token, [0, 0, 0, 2, 1, 3][below(6)]]);
  }
  while (wanted.length < pairs) {
    const [one, other] = [below(list.length), below(list.length)];
    if (one !== other && !wanted.some(([a, b]) => (a === one && b === other) || (a === other && b === one))) {
      wanted.push([one, other]);
    }
  }
  for (let first = 0; first < wanted.length; first += 4) {
    await block(wanted.slice(first, first + 4).map(([one, other]) => sends(
      accounts[0], factoryAt, factory.encodeFunctionData("createPair", [list[one].address, list[other].address]), 5_000_000)));
  }
  for (let first = 0; first < wanted.length; first += 20) {
    await block(wanted.slice(first, first + 20).map(([one, other]) => {
      const usd = BigInt(first === 0 ? 20_000_000 + below(20_000_000) : 200_000 + below(5_000_000));
      const [left, right] = [list[one], list[other]].map((token) =>
        usd * 10n ** BigInt(token.decimals) * BigInt(990 + below(21)) / 1000n / BigInt(token.usd));
      return sends(accounts[0], routerAt, router.encodeFunctionData(
        "addLiquidity", [list[one].address, list[other].address, left, right, 0, 0, accounts[0], later]));
    }));
  }
  const made = await known();
  await block(accounts.flatMap((account) => made.map((one) => sends(account, one.address, pair.encodeFunctionData("approve", [routerAt, MaxUint256])))));
  return {
    factory: factoryAt,
    router: routerAt,
    weth: list[0].address,
    tokens: list.map(({ address, symbol, name, decimals }) => ({ address, symbol, name, decimals })),
    pairs: made,
    firstBlock: 1,
    lastBlock: Number(await call(url, "eth_blockNumber")),
  };
}

/** All pairs, as the factory and they themselves say. */
async function known() {
  const [count] = await read(factoryAt, factory, "allPairsLength");
  const pairs = [];
  for (let index = 0n; index < count; index++) {
    const [address] = await read(factoryAt, factory, "allPairs", index);
    const [[token0], [token1]] = [await read(address, pair, "token0"), await read(address, pair, "token1")];
    pairs.push({ address: address.toLowerCase(), token0: token0.toLowerCase(), token1: token1.toLowerCase() });
  }
  return pairs;
}

async function trade(blocks) {
  const pairs = await known();
  await countNonces();
  const firstBlock = Number(await call(url, "eth_blockNumber")) + 1;
  for (let made = 0; made < blocks; made++) {
    const transactions = [];
    for (let left = below(mostTrades + 1); left > 0; left--) {
      transactions.push(...await one(pairs, accounts[below(accounts.length)]));
    }
    // What was worked out before the block may not fit any more behind another trade in it.
    await block(transactions, true);
  }
  return { firstBlock, lastBlock: Number(await call(url, "eth_blockNumber")) };
}

async function one(pairs, who) {
  const chosen = pairs[Math.min(below(pairs.length), below(pairs.length))];
  const { token0, token1 } = chosen;
  const [reserve0, reserve1] = await read(chosen.address, pair, "getReserves");
  const part = (reserve) => reserve * BigInt(1 + below(3_000)) / 1_000_000n;
  const kind = below(100);
  if (kind < 60) {
    const path = below(2) === 0 ? [token0, token1] : [token1, token0];
    const paid = part(path[0] === token0 ? reserve0 : reserve1);
    return [sends(who, routerAt, router.encodeFunctionData("swapExactTokensForTokens", [paid, 0, path, who, later]))];
  }
  if (kind < 72) {
    const next = pairs.filter((other) => other !== chosen && [other.token0, other.token1].includes(token1));
    const last = next.length === 0 ? [] : [next[below(next.length)]].map((other) => (other.token0 === token1 ? other.token1 : other.token0));
    return [sends(who, routerAt, router.encodeFunctionData(
      "swapExactTokensForTokens", [part(reserve0), 0, [token0, token1, ...last], who, later]))];
  }
  if (kind < 85) {
    return [sends(who, routerAt, router.encodeFunctionData(
      "addLiquidity", [token0, token1, part(reserve0), part(reserve1), 0, 0, who, later]))];
  }
  if (kind < 96) {
    const [held] = await read(chosen.address, pair, "balanceOf", who);
    return held === 0n ? [] : [sends(who, routerAt, router.encodeFunctionData(
      "removeLiquidity", [token0, token1, held * BigInt(1 + below(50)) / 10_000n, 0, 0, who, later]))];
  }
  // Tokens are given to the pair, which is told to count anew: a Sync without a trade.
  return [
    sends(who, token1, erc20.encodeFunctionData("transfer", [chosen.address, part(reserve1) / 10n])),
    sends(who, chosen.address, pair.encodeFunctionData("sync")),
  ];
}

/** Many blocks for a benchmark: nothing is read between trades, so amounts are parts of the first reserves. */
async function fill(blocks) {
  const every = 10;
  const trades = 20;
  const pairs = await known();
  await countNonces();
  const reserves = await Promise.all(pairs.map((one) => read(one.address, pair, "getReserves")));
  const firstBlock = Number(await call(url, "eth_blockNumber")) + 1;
  for (let made = 0; made < blocks; made += every) {
    const transactions = Array.from({ length: trades }, () => {
      const index = below(pairs.length);
      const { token0, token1 } = pairs[index];
      const path = below(2) === 0 ? [token0, token1] : [token1, token0];
      const paid = reserves[index][path[0] === token0 ? 0 : 1] * BigInt(1 + below(2_000)) / 1_000_000n;
      const who = accounts[below(accounts.length)];
      return sends(who, routerAt, router.encodeFunctionData("swapExactTokensForTokens", [paid, 0, path, who, later]));
    });
    await callAll(url, inOrder(transactions));
    await call(url, "evm_mine");
    await call(url, "anvil_mine", hex(every - 1), hex(secondsPerBlock));
  }
  return { firstBlock, lastBlock: Number(await call(url, "eth_blockNumber")) };
}

const result = await { deploy, trade, fill }[act](Number(amount));
console.log(JSON.stringify(result));
