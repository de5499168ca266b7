// node refusals.mjs RPC LCD [VERSION] [TOPIC] [WHITELISTED_TOPIC]: what is signed or said wrongly is refused, at the
// step at which a real node refuses it and with its codespace and code. The topic's window should last 20 blocks.
import { Checks } from "./checks.mjs";
import { Devnet } from "./devnet.mjs";
import { deliveredRefusals } from "./refusals-delivered.mjs";
import { checkedRefusals } from "./refusals-checked.mjs";

const [rpc, lcd, version = "v10", topic = "1", whitelisted = "2"] = process.argv.slice(2);
const checks = new Checks();
const devnet = await Devnet.connect(rpc, lcd, version);
const topicId = BigInt(topic);
await checkedRefusals(checks, devnet, topicId);
await deliveredRefusals(checks, devnet, topicId, BigInt(whitelisted));
devnet.disconnect();
checks.report();
