// Accounts on m/44'/118'/0'/0/i as CosmJS derives them.
import { Bip39, EnglishMnemonic, Slip10, Slip10Curve, stringToPath } from "@cosmjs/crypto";
import { DirectSecp256k1Wallet } from "@cosmjs/proto-signing";

export async function accountOf(mnemonic, index = 0) {
  const seed = await Bip39.mnemonicToSeed(new EnglishMnemonic(mnemonic), "");
  const path = stringToPath(`m/44'/118'/0'/0/${index}`);
  return accountOfKey(Slip10.derivePath(Slip10Curve.Secp256k1, seed, path).privkey);
}

export async function accountOfKey(privateKey) {
  const wallet = await DirectSecp256k1Wallet.fromKey(privateKey, "allo");
  const [{ address, pubkey }] = await wallet.getAccounts();
  return { privateKey, publicKey: pubkey, address, wallet };
}
