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
        "A model behind a URL: where the inference is fetched with GET. {TopicId}, {BlockHeight} (the nonce) and the "
        + "names of variables are filled in, without escaping.");

    public static readonly Setting InfererLabeledUrl = new("topics[].inferer.labeledUrl", "an http(s) URL", "the same",
        "Fetched instead of url where the topic turns out to want labels.");

    public static readonly Setting InfererVariables = new("topics[].inferer.variables", "names with texts", "none",
        "Further names for the URL, such as { \"Token\": \"ETH\" }. Names are case-sensitive.");

    public static readonly Setting InfererModule = new("topics[].inferer.module", "a path", "",
        "A model inside the node: a .NET assembly with a class that implements an interface of Outpost.Sdk.");

    public static readonly Setting InfererType = new("topics[].inferer.type", "a text", "the only one that fits",
        "The full name of the module's class.");

    public static readonly Setting InfererSettings = new("topics[].inferer.settings", "an object", "none",
        "Handed to the constructor of the module's class.")
    {
        IsOverridable = false,
    };

    public static readonly Setting InfererCommand = new("topics[].inferer.command", "a list of texts", "",
        "A model as a program that is kept running: its name or path, then its arguments. Questions are lines of JSON "
        + "on its standard input, answers on its output (docs/entrypoints.md). No secrets: arguments can be seen.")
    {
        IsOverridable = false,
    };

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

    public static readonly Setting InfererFallback = new("topics[].inferer.fallback", "an entrypoint", "none",
        "Asked when the first has failed, or has not answered by the middle of what is left of the window: an object "
        + "with url, module or command, and with timeout, variables, type and settings as above.")
    {
        IsOverridable = false,
    };

    public static readonly Setting InfererLastValue = new("topics[].inferer.lastValue", "a duration", "none",
        "How old the last good value may be, 1s to 24h, that is sent again when three quarters of the window have "
        + "brought no answer; without it such a window is missed. It is not kept over a restart.");

    public static readonly Setting SanityDistance = new("topics[].inferer.sanity.distance", "a number", "none",
        "How far an answer may be from the network's last value, in units of the value.");

    public static readonly Setting SanityFactor = new("topics[].inferer.sanity.factor", "a number above 1", "none",
        "How many times as large or as small as the network's last value an answer may be; another sign is too far.");

    public static readonly Setting SanityAct = new("topics[].inferer.sanity.act", "\"warn\" or \"stop\"", "warn",
        "What follows when an answer is too far: it is sent with a warning, or it counts as none.");

    public static readonly Setting Forecaster = new("topics[].forecaster", "an entrypoint", "none",
        "Where forecasts come from, with the keys of inferer but labeledUrl and sanity: for each inferer's "
        + "address the loss expected of it, as {\"allo1…\":[0.5]} or [{\"worker\":\"allo1…\",\"value\":0.5}].")
    {
        IsOverridable = false,
    };

    /// <summary>What is written instead of a service's URL where the node computes the losses itself.</summary>
    public const string BuiltIn = "builtin";

    public static readonly Setting ReputerTruth = new("topics[].reputer.truth", "an entrypoint", "",
        "Where the ground truth comes from, with the keys of inferer but ahead, lastValue and sanity. HTTP 204, 404 "
        + "and 425, and the answer null, mean that it is not known yet: it is asked for again.")
    {
        IsOverridable = false,
    };

    public static readonly Setting MinStake = new(
        "topics[].reputer.minStakeUallo", "a whole number", "the least that the chain takes",
        "The reputer's stake in the topic is topped up to this, in uallo, before its first duty, and to no less than "
        + "the chain takes losses from; 0: no stake is added, and what is missing is said. Stake leaves a topic only "
        + "after a waiting time.");

    public static readonly Setting LossParameters = new("topics[].reputer.parameters", "names with texts", "none",
        "Parameters of the topic's loss method, as docs/losses.md lists them, such as { \"std\": \"12.5\" }. A loss "
        + "service gets them as they are, and needs the method's name as loss_method among them.");

    public static readonly Setting SmallLoss = new("topics[].reputer.smallLoss", "\"floor\" or \"refuse\"", "floor",
        "What becomes of a loss too small for its logarithm: it counts as 1e-40, or no losses are sent for the nonce.");

    public static readonly Setting ReputerLoss = new("topics[].reputer.loss", "an entrypoint", "none",
        "Where losses come from that are not built in: module or command, with type, settings and timeout.")
    {
        IsOverridable = false,
    };

    public static readonly Setting LossServiceUrl = new(
        "topics[].reputer.service.url", "an http(s) URL, or \"builtin\"", BuiltIn,
        "A loss service as the Go node's, for a topic with one output: /calculate and /is_never_negative are added. "
        + "\"builtin\": the node computes the losses itself.");

    public static readonly Setting LossServiceLabeledUrl = new(
        "topics[].reputer.service.labeledUrl", "an http(s) URL, or \"builtin\"", BuiltIn,
        "The same for a topic with labels.");

    public static readonly Setting LossServiceIsNeverNegative = new(
        "topics[].reputer.service.isNeverNegative", "true or false", "the service's answer",
        "Whether the service's losses are never negative, and so submitted as log10.");

    public static readonly Setting LossServiceTimeout = new("topics[].reputer.service.timeout", "a duration", "5s",
        "How long one attempt at one loss may take, 100ms to 2m.");

    public static readonly Setting LossServiceParallel = new(
        "topics[].reputer.service.parallel", "a whole number from 1 to 256", "64",
        "How many losses the service is asked for at a time.");

    public static readonly Setting LossServiceAttempts = new(
        "topics[].reputer.service.attempts", "a whole number from 1 to 10", "3",
        "How often one loss is asked for before all are begun anew, as long as the window is open.");

    public static readonly Setting Journal = new("journal", "a path", "outpost.db beside the config file",
        "The SQLite file in which every duty and every attempt is recorded.");

    public static readonly Setting Consensus = new("consensus", "an object", "none",
        "A consensus service in the same process, with the keys of docs/consensus.md; topics may then be left out.")
    {
        IsOverridable = false,
    };

    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } = Setting.AllOf(typeof(NativeSettings));
}
