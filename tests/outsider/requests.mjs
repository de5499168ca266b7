// The typed data of a signed snapshot, as Powerloom's later protocol has it. Run by itself, it prints signatures that
// ethers makes with keys of its own: `node requests.mjs > ../vectors/typed-data.json`.
import { fileURLToPath } from "node:url";
import { TypedDataEncoder, Wallet, keccak256, toUtf8Bytes } from "ethers";

export const types = {
  EIPRequest: [
    { name: "slotId", type: "uint256" },
    { name: "deadline", type: "uint256" },
    { name: "snapshotCid", type: "string" },
    { name: "epochId", type: "uint256" },
    { name: "projectId", type: "string" },
  ],
};

export const domainOf = (chainId, verifyingContract) => ({
  name: "PowerloomProtocolContract",
  version: "0.1",
  chainId,
  verifyingContract,
});

async function vector(index) {
  const wallet = new Wallet(keccak256(toUtf8Bytes(`snapshotter ${index}`)));
  const chainId = String(index % 3 === 0 ? 1 : 11165 + index);
  const contract = new Wallet(keccak256(toUtf8Bytes(`contract ${index}`))).address;
  const request = {
    slotId: String(index),
    deadline: index === 7 ? "18446744073709551615" : String(1_000_000 + index),
    snapshotCid: index === 4 ? "" : `bafkrei${keccak256(toUtf8Bytes(`cid ${index}`)).slice(2, 54)}`,
    epochId: String(1010 + 10 * index),
    projectId: index === 5 ? "pröjekt:😀" : `pair_total_reserves_${contract.toLowerCase()}_NS`,
  };
  const domain = domainOf(chainId, contract);
  return {
    address: wallet.address,
    chainId,
    contract,
    request,
    separator: TypedDataEncoder.hashDomain(domain),
    digest: TypedDataEncoder.hash(domain, types, request),
    signature: await wallet.signTypedData(domain, types, request),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const vectors = await Promise.all([...Array(16).keys()].map(vector));
  console.log(JSON.stringify(vectors, null, 1));
}
