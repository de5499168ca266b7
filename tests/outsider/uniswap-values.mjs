// What Uniswap v2 held and traded over a range of blocks, asked of the node by eth_call at each block and worked out in
// integers here, without a line of our code: the truth for snapshots. Fractions are "numerator/denominator".
//   node uniswap-values.mjs URL FROM TO
import { id } from "ethers";
import { call, callAll, hex } from "./rpc.mjs";

const [url, from, to] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const factory = "0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f";
const router = "0x7a250d5630b4cf539739df2c5dacb4c659f2488d";
const weth = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";
const dai = "0x6b175474e89094c44da98b954eedeac495271d0f";
const usdc = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
const usdt = "0xdac17f958d2ee523a2206206994597c13d831ec7";
// The first of these that a token has a pair with, of enough depth, prices it; in the order of the reference, behind the
// four MKR, LINK, UNI and WBTC.
const whitelist = [
  weth, dai, usdc, usdt,
  "0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2",
  "0x514910771af9ca656af840dff83e8264ecf986ca",
  "0x1f9840a85d5af5bf1d1762f925bdaddc4201f984",
  "0x2260fac5e5542a773aa44fbcfedf7c193bc2c599",
];

const blocks = Array.from({ length: to - from + 1 }, (_, index) => from + index);
const selector = (signature) => id(signature).slice(0, 10);
const word = (value) => BigInt(value).toString(16).padStart(64, "0");
const words = (data) => data.slice(2).match(/.{64}/g)?.map((one) => BigInt(`0x${one}`)) ?? [];
const addressOf = (number) => `0x${number.toString(16).padStart(40, "0")}`;
const ask = (target, data, block) => ["eth_call", { to: target, data }, hex(block)];
const numbers = async (calls) => (await callAll(url, calls)).map(words);

/** A fraction of integers; it is never rounded. */
class Fraction {
  constructor(numerator, denominator = 1n) {
    [this.numerator, this.denominator] = [numerator, denominator];
  }

  times(other) {
    return new Fraction(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  isBelow(number) {
    return this.numerator < number * this.denominator;
  }

  toJSON() {
    return `${this.numerator}/${this.denominator}`;
  }
}

const nothing = new Fraction(0n);

const [[count]] = await numbers([ask(factory, selector("allPairsLength()"), to)]);
const indexes = Array.from({ length: Number(count) }, (_, index) => index);
const pairs = (await numbers(indexes.map((index) => ask(factory, selector("allPairs(uint256)") + word(index), to))))
  .map(([address]) => ({ address: addressOf(address) }));
const firsts = await numbers(pairs.map((pair) => ask(pair.address, selector("token0()"), to)));
const seconds = await numbers(pairs.map((pair) => ask(pair.address, selector("token1()"), to)));
pairs.forEach((pair, index) => {
  [pair.token0, pair.token1] = [addressOf(firsts[index][0]), addressOf(seconds[index][0])];
});
const tokens = [...new Set(pairs.flatMap((pair) => [pair.token0, pair.token1]))];
const decimals = await numbers(tokens.map((token) => ask(token, selector("decimals()"), to)));
const units = new Map(tokens.map((token, index) => [token, decimals[index][0]]));

for (const pair of pairs) {
  const told = await numbers(blocks.map((block) => ask(pair.address, selector("getReserves()"), block)));
  pair.reserves = told.map(([reserve0, reserve1, time]) => ({ reserve0, reserve1, time }));
}

const pairOf = (one, other) => pairs.find((pair) => (pair.token0 === one && pair.token1 === other)
  || (pair.token0 === other && pair.token1 === one));
const reserveOf = (pair, token, index) => (pair.token0 === token ? pair.reserves[index].reserve0 : pair.reserves[index].reserve1);

/** Dollars in the three pairs that price ETH, by the ETH in them. */
function ethUsd(index) {
  let [stable, ether] = [0n, 0n];
  for (const token of [dai, usdc, usdt]) {
    const pair = pairOf(token, weth);
    stable += reserveOf(pair, token, index) * 10n ** (18n - units.get(token));
    ether += reserveOf(pair, weth, index);
  }
  return new Fraction(stable, ether);
}

/** ETH for one whole unit of a token of the list, sold to the router; per block. */
async function soldForEth(token) {
  if (token === weth) {
    return blocks.map(() => new Fraction(1n));
  }
  const path = word(10n ** units.get(token)) + word(64) + word(2) + word(token) + word(weth);
  const told = await numbers(blocks.map((block) => ask(router, selector("getAmountsOut(uint256,address[])") + path, block)));
  return told.map((amounts) => new Fraction(amounts[3], 10n ** 18n));
}

const sold = new Map();
for (const token of whitelist.filter((one) => one === weth || pairOf(one, weth))) {
  sold.set(token, await soldForEth(token));
}

/** Dollars for one whole unit of a token, per block; by the first pair of the list that holds at least 1 ETH throughout. */
function tokenUsd(token) {
  if (token === weth) {
    return blocks.map((_, index) => ethUsd(index));
  }
  for (const quote of whitelist) {
    const pair = quote === token ? undefined : pairOf(quote, token);
    if (!pair || !sold.has(quote)) {
      continue;
    }
    const held = blocks.map((_, index) => new Fraction(reserveOf(pair, quote, index), 10n ** units.get(quote)));
    if (held.some((amount, index) => amount.times(sold.get(quote)[index]).isBelow(1n))) {
      continue;
    }
    return blocks.map((_, index) => new Fraction(
      reserveOf(pair, quote, index) * 10n ** units.get(token), reserveOf(pair, token, index) * 10n ** units.get(quote))
      .times(sold.get(quote)[index]).times(ethUsd(index)));
  }
  return blocks.map(() => nothing);
}

const events = {
  Sync: id("Sync(uint112,uint112)"),
  Swap: id("Swap(address,uint256,uint256,uint256,uint256,address)"),
  Mint: id("Mint(address,uint256,uint256)"),
  Burn: id("Burn(address,uint256,uint256,address)"),
};

/** How many of each event a pair had, and the sums of their amounts. */
async function sums(pair) {
  const logs = await call(url, "eth_getLogs", { address: pair.address, fromBlock: hex(from), toBlock: hex(to) });
  const total = { syncs: 0, swaps: 0, mints: 0, burns: 0, in0: 0n, in1: 0n, out0: 0n, out1: 0n, minted0: 0n, minted1: 0n, burned0: 0n, burned1: 0n };
  for (const { topics, data } of logs) {
    const amounts = words(data);
    switch (topics[0]) {
      case events.Sync:
        total.syncs++;
        break;
      case events.Swap:
        total.swaps++;
        ["in0", "in1", "out0", "out1"].forEach((name, index) => { total[name] += amounts[index]; });
        break;
      case events.Mint:
        total.mints++;
        ["minted0", "minted1"].forEach((name, index) => { total[name] += amounts[index]; });
        break;
      case events.Burn:
        total.burns++;
        ["burned0", "burned1"].forEach((name, index) => { total[name] += amounts[index]; });
        break;
      default:
        break;
    }
  }
  return total;
}

const headers = await callAll(url, blocks.map((block) => ["eth_getBlockByNumber", hex(block), false]));
for (const pair of pairs) {
  pair.sums = await sums(pair);
}

console.log(JSON.stringify(
  {
    from,
    to,
    hashes: headers.map((header) => header.hash),
    times: headers.map((header) => Number(header.timestamp)),
    ethUsd: blocks.map((_, index) => ethUsd(index)),
    tokens: tokens.map((address) => ({ address, decimals: Number(units.get(address)), usd: tokenUsd(address) })),
    pairs,
  },
  (_, value) => (typeof value === "bigint" ? value.toString() : value),
));
