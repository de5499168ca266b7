// The contracts of Uniswap v2 out of their npm packages, and a token, put where the main network has them.
import { readFileSync } from "node:fs";
import { Interface, getAddress, id, keccak256, solidityPacked, toBeHex, zeroPadValue } from "ethers";
import { call } from "./rpc.mjs";

const built = (name) => JSON.parse(readFileSync(new URL(`node_modules/@uniswap/${name}.json`, import.meta.url)));
const factoryBuilt = built("v2-core/build/UniswapV2Factory");
const routerBuilt = built("v2-periphery/build/UniswapV2Router02");
const wethBuilt = built("v2-periphery/build/WETH9");
const ledgerBuilt = built("v2-periphery/build/ERC20");

export const factory = new Interface(factoryBuilt.abi);
export const router = new Interface(routerBuilt.abi);
export const pair = new Interface(built("v2-core/build/UniswapV2Pair").abi);
export const erc20 = new Interface(ledgerBuilt.abi);
export const weth = new Interface(wethBuilt.abi);

export const factoryAt = "0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f";
export const routerAt = "0x7a250d5630b4cf539739df2c5dacb4c659f2488d";

/** WETH first; the fifth has its name and symbol as bytes32. Prices in US dollars only shape the first liquidity. */
export const tokens = [
  { address: "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", symbol: "WETH", name: "Wrapped Ether", decimals: 18, usd: 1800 },
  { address: "0x6b175474e89094c44da98b954eedeac495271d0f", symbol: "DAI", name: "Dai Stablecoin", decimals: 18, usd: 1 },
  { address: "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", symbol: "USDC", name: "USD Coin", decimals: 6, usd: 1 },
  { address: "0xdac17f958d2ee523a2206206994597c13d831ec7", symbol: "USDT", name: "Tether USD", decimals: 6, usd: 1 },
  { address: "0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2", symbol: "MKR", name: "Maker", decimals: 18, usd: 700, isShort: true },
  { address: "0x2260fac5e5542a773aa44fbcfedf7c193bc2c599", symbol: "WBTC", name: "Wrapped BTC", decimals: 8, usd: 27000 },
  { address: "0x1f9840a85d5af5bf1d1762f925bdaddc4201f984", symbol: "UNI", name: "Uniswap", decimals: 18, usd: 6 },
  { address: "0x514910771af9ca656af840dff83e8264ecf986ca", symbol: "LINK", name: "ChainLink Token", decimals: 18, usd: 7 },
];

/** Further tokens have addresses of their own. */
export function tokensUpTo(count) {
  const all = tokens.slice(0, count);
  for (let index = all.length; index < count; index++) {
    const address = `0x${id(`token ${index}`).slice(-40)}`;
    all.push({ address, symbol: `T${index}`, name: `Token ${index}`, decimals: [18, 9, 6, 8][index % 4], usd: 1 + (index % 50) });
  }
  return all;
}

/** Deploys the contracts as anybody would, then copies code and storage to the addresses of the main network. */
export async function place(url, from, list) {
  const factoryFirst = await deploy(url, from, factoryBuilt.bytecode + word(from));
  const wethFirst = await deploy(url, from, wethBuilt.bytecode);
  // The router's constructor writes both addresses into its code: those where they will be.
  const routerFirst = await deploy(url, from, routerBuilt.bytecode + word(factoryAt) + word(list[0].address));
  const ledger = await deploy(url, from, ledgerBuilt.bytecode + word(0));
  await copy(url, factoryFirst, factoryAt, 2);
  await copy(url, wethFirst, list[0].address, 3);
  await copy(url, routerFirst, routerAt, 0);
  for (const token of list.slice(1)) {
    await call(url, "anvil_setCode", token.address, tokenCode(token, ledger));
  }
}

/** Gives an account tokens out of nothing: the ledger keeps the supply in slot 0 and balances in slot 1. */
export async function give(url, token, to, amount) {
  const slot = keccak256(solidityPacked(["uint256", "uint256"], [BigInt(to), 1n]));
  await call(url, "anvil_setStorageAt", token.address, slot, `0x${word(amount)}`);
}

const word = (value) => zeroPadValue(toBeHex(value), 32).slice(2);

async function deploy(url, from, code) {
  const data = code.startsWith("0x") ? code : `0x${code}`;
  const hash = await call(url, "eth_sendTransaction", { from, data, gas: "0x7a1200" });
  await call(url, "evm_mine");
  const receipt = await call(url, "eth_getTransactionReceipt", hash);
  if (receipt?.status !== "0x1") {
    throw new Error(`a contract was not deployed: ${JSON.stringify(receipt)}`);
  }
  return getAddress(receipt.contractAddress);
}

async function copy(url, from, to, slots) {
  await call(url, "anvil_setCode", to, await call(url, "eth_getCode", from, "latest"));
  for (let slot = 0; slot < slots; slot++) {
    const value = await call(url, "eth_getStorageAt", from, `0x${slot.toString(16)}`, "latest");
    await call(url, "anvil_setStorageAt", to, `0x${word(slot)}`, value);
  }
}

// A token answers name(), symbol() and decimals() itself and leaves the rest to the ledger's code by DELEGATECALL:
// selector of the call; for each of the three, if equal jump to where its data is copied and returned; else delegate.
function tokenCode(token, ledger) {
  const text = (value) => word(32) + word(value.length) + bytes(value);
  const bytes = (value) => Buffer.from(value).toString("hex").padEnd(64, "0");
  const answers = [
    [id("name()"), token.isShort ? bytes(token.name) : text(token.name)],
    [id("symbol()"), token.isShort ? bytes(token.symbol) : text(token.symbol)],
    [id("decimals()"), word(token.decimals)],
  ];
  const number = (value) => value.toString(16).padStart(4, "0");
  const headSize = 6 + answers.length * 11;
  const delegateCode = (okAt) => `36600060003760006000366000` + `73${ledger.slice(2)}5af4`
    + `3d600060003e61${number(okAt)}573d6000fd` + `5b3d6000f3`;
  const delegateSize = delegateCode(0).length / 2;
  const okAt = headSize + delegateSize - 5;
  const firstAnswer = headSize + delegateSize;
  const answerSize = 16;
  let dataAt = firstAnswer + answers.length * answerSize;
  let head = "60003560e01c";
  let returns = "";
  let data = "";
  answers.forEach(([selector, value], index) => {
    const size = value.length / 2;
    head += `8063${selector.slice(2, 10)}1461${number(firstAnswer + index * answerSize)}57`;
    returns += `5b61${number(size)}61${number(dataAt)}60003961${number(size)}6000f3`;
    data += value;
    dataAt += size;
  });
  return `0x${head}${delegateCode(okAt)}${returns}${data}`;
}
