import { ponder } from "ponder:registry";

let logs = 0;
for (const event of ["Pair:Sync", "Pair:Swap", "Pair:Mint", "Pair:Burn"] as const) {
  ponder.on(event, async () => {
    logs++;
  });
}

setInterval(() => console.log(`logs=${logs}`), 100).unref();
