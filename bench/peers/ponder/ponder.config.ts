import { createConfig } from "ponder";
import { http } from "viem";

const address = (name: string) => ({ name, type: "address", indexed: true }) as const;
const amount = (name: string) => ({ name, type: "uint256" }) as const;
const reserve = (name: string) => ({ name, type: "uint112" }) as const;

const abi = [
  { type: "event", name: "Sync", inputs: [reserve("reserve0"), reserve("reserve1")] },
  {
    type: "event",
    name: "Swap",
    inputs: [
      address("sender"), amount("amount0In"), amount("amount1In"), amount("amount0Out"), amount("amount1Out"), address("to"),
    ],
  },
  { type: "event", name: "Mint", inputs: [address("sender"), amount("amount0"), amount("amount1")] },
  { type: "event", name: "Burn", inputs: [address("sender"), amount("amount0"), amount("amount1"), address("to")] },
] as const;

const { RPC, CHAIN, PAIRS, FROM, TO } = process.env;

export default createConfig({
  networks: { source: { chainId: Number(CHAIN), transport: http(RPC), disableCache: true } },
  contracts: {
    Pair: { network: "source", abi, address: JSON.parse(PAIRS!), startBlock: Number(FROM), endBlock: Number(TO) },
  },
});
