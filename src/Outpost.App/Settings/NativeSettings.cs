namespace Outpost.App.Settings;

/// <summary>
/// Every key of the native format: the reader asks for these, and the documentation is made from them.
/// </summary>
internal static class NativeSettings
{
    public static readonly Setting Network = new("chain.network", "\"allora-testnet\" or \"allora-mainnet\"", "none",
        "A known network: fills in chain.id and chain.endpoints.");

    public static readonly Setting ChainId = new("chain.id", "a text", "the first endpoint's answer",
        "The chain id that every endpoint must serve, such as allora-testnet-1.");

    public static readonly Setting Rpc = new("chain.endpoints[].rpc", "an http(s) URL", "",
        "A CometBFT RPC endpoint. One is enough for everything, block events by websocket included.");

    public static readonly Setting Lcd = new("chain.endpoints[].lcd", "an http(s) URL", "",
        "A REST endpoint (LCD, API). Blocks are polled when there are only such endpoints.");

    public static readonly Setting Grpc = new("chain.endpoints[].grpc", "host:port, or http(s)://host:port", "",
        "A gRPC endpoint; host:port means TLS unless chain.grpcInsecure is true.");

    public static readonly Setting GrpcInsecure = new("chain.grpcInsecure", "true or false", "false",
        "Whether gRPC endpoints written as host:port speak without TLS.");

    public static readonly Setting Denom = new("chain.denom", "a text", "uallo", "The coin that pays fees.");

    public static readonly Setting ChainTimeout = new("chain.attemptTimeout", "a duration", "5s",
        "How long one attempt at one endpoint may take, 100ms to 2m; then the next endpoint is asked.");

    public static readonly Setting KeyName = new("key.name", "a text", "",
        "A key in the key store (outpost keys new, outpost keys import). Its passphrase comes from the environment "
        + "variable OUTPOST_PASSPHRASE, from key.passphraseFile, or is asked for on a terminal.");

    public static readonly Setting PassphraseFile = new("key.passphraseFile", "a path", "none",
        "A file whose first line is the passphrase of key.name.");

    public static readonly Setting MnemonicFile = new("key.mnemonicFile", "a path", "",
        "Instead of key.name: a file that holds the mnemonic in plain text, such as a mounted secret.");

    public static readonly Setting Mnemonic = new("key.mnemonic", "a text", "",
        "Instead of key.name: the mnemonic itself. Works, with a warning: everybody who reads the file owns the "
        + "account.");

    public static readonly Setting GasAdjustment = new("lane.gasAdjustment", "a number from 1 to 10", "1.3",
        "The gas limit is the simulated gas times this.");

    public static readonly Setting GasPrice = new("lane.gasPriceUallo", "a number, or \"auto\"", "auto",
        "Gas price in uallo per unit of gas; \"auto\" asks the chain's fee market.");

    public static readonly Setting GasPriceMaxAge = new("lane.gasPriceMaxAge", "a duration", "30s",
        "How old an asked gas price may be before it is asked again, 1s to 1h.");

    public static readonly Setting MaxFee = new("lane.maxFeeUallo", "a whole number", "no cap",
        "No transaction ever pays more than this, in uallo (1 ALLO = 10^18 uallo).");

    public static readonly Setting FeeGranter = new("lane.feeGranter", "an allo1… address", "none",
        "Who pays the fees instead of the account, by a fee grant on the chain.");

    public static readonly Setting Submits = new("lane.submits", "true or false", "true",
        "False is a dry run: everything happens but the broadcast.");

    public static readonly Setting TopicId = new("topics[].id", "a whole number from 1", "",
        "The number of an Allora topic; each topic at most once.");

    public static readonly Setting InfererUrl = new("topics[].inferer.url", "an http(s) URL", "",
        "Where the inference is fetched with GET. {TopicId}, {BlockHeight} (the nonce) and the names of variables "
        + "are filled in, without escaping.");

    public static readonly Setting InfererTimeout = new("topics[].inferer.timeout", "a duration", "15s",
        "How long one attempt may take, 100ms to 10m; attempts are repeated while the window is open, and one that "
        + "has not answered by the middle of what is left of it is joined by a second.");

    public static readonly Setting InfererRetryDelay = new("topics[].inferer.retryDelay", "a duration", "1s",
        "The pause after a failed attempt, 10ms to 5m; it doubles, with jitter, up to 30 s or a quarter of what is "
        + "left of the window.");

    public static readonly Setting InfererAhead = new("topics[].inferer.ahead", "true or false", "false",
        "Whether the model is asked before the window opens, as long before as its answers take, for the block at "
        + "which the window is expected. For models that need longer than the window; not for one that looks at "
        + "{BlockHeight} on the chain, which is not made yet.");

    public static readonly Setting InfererVariables = new("topics[].inferer.variables", "names with texts", "none",
        "Further names for the URL, such as { \"Token\": \"ETH\" }. Names are case-sensitive.");

    public static readonly Setting Journal = new("journal", "a path", "outpost.db beside the config file",
        "The SQLite file in which every duty and every attempt is recorded.");

    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Network, ChainId, Rpc, Lcd, Grpc, GrpcInsecure, Denom, ChainTimeout, KeyName, PassphraseFile, MnemonicFile,
        Mnemonic, GasAdjustment, GasPrice, GasPriceMaxAge, MaxFee, FeeGranter, Submits, TopicId, InfererUrl,
        InfererTimeout, InfererRetryDelay, InfererAhead, InfererVariables, Journal,
    ];
}
