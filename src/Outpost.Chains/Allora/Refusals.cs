using System.Globalization;
using System.Text.RegularExpressions;

namespace Outpost.Chains.Allora;

/// <summary>
/// The one table from (codespace, code) to a <see cref="Refusal"/> (x/emissions/types/errors.go, SDK errors).
/// </summary>
public static partial class Refusals
{
    private static readonly Dictionary<(string Codespace, uint Code), Refusal> ByCode = new()
    {
        [("sdk", 2)] = Refusal.Undecodable,
        [("sdk", 3)] = Refusal.WrongSequence,
        [("sdk", 4)] = Refusal.BadSignature,
        [("sdk", 5)] = Refusal.OutOfFunds,
        [("sdk", 7)] = Refusal.InvalidPayload,
        [("sdk", 9)] = Refusal.UnknownAccount,
        [("sdk", 11)] = Refusal.OutOfGas,
        [("sdk", 12)] = Refusal.InvalidPayload,
        [("sdk", 13)] = Refusal.FeeTooLow,
        [("sdk", 18)] = Refusal.InvalidPayload,
        [("sdk", 19)] = Refusal.AlreadyInMempool,
        [("sdk", 20)] = Refusal.MempoolFull,
        [("sdk", 21)] = Refusal.TooLarge,
        [("sdk", 28)] = Refusal.WrongChain,
        [("sdk", 29)] = Refusal.InvalidPayload,
        [("sdk", 30)] = Refusal.TimeoutHeightPassed,
        [("sdk", 32)] = Refusal.WrongSequence,
        [("sdk", 38)] = Refusal.NoAllowance,
        [("sdk", 41)] = Refusal.InvalidPayload,
        [("feemarket", 1)] = Refusal.FeeTooLow,
        [("feemarket", 2)] = Refusal.InvalidPayload,
        [("feegrant", 2)] = Refusal.NoAllowance,
        [("feegrant", 3)] = Refusal.NoAllowance,
        [("feegrant", 5)] = Refusal.NoAllowance,
        [("feegrant", 7)] = Refusal.NoAllowance,
        [("math", 1)] = Refusal.InvalidPayload,
        [("math", 2)] = Refusal.InvalidPayload,
        [("math", 3)] = Refusal.InvalidPayload,
        [("math", 4)] = Refusal.InvalidPayload,
        [("math", 5)] = Refusal.InvalidPayload,
        [("math", 6)] = Refusal.InvalidPayload,
        [("math", 7)] = Refusal.InvalidPayload,
        [("math", 8)] = Refusal.InvalidPayload,
        [("emissions", 6)] = Refusal.TopicMissing,
        [("emissions", 7)] = Refusal.AlreadyRegistered,
        [("emissions", 8)] = Refusal.AlreadyRegistered,
        [("emissions", 10)] = Refusal.NotRegistered,
        [("emissions", 11)] = Refusal.StakeTooLow,
        [("emissions", 13)] = Refusal.NotRegistered,
        [("emissions", 23)] = Refusal.TopicMissing,
        [("emissions", 28)] = Refusal.NotWhitelisted,
        [("emissions", 45)] = Refusal.WindowNotOpen,
        [("emissions", 46)] = Refusal.OutOfFunds,
        [("emissions", 47)] = Refusal.InvalidPayload,
        [("emissions", 48)] = Refusal.OutOfFunds,
        [("emissions", 51)] = Refusal.InvalidPayload,
        [("emissions", 52)] = Refusal.InvalidPayload,
        [("emissions", 53)] = Refusal.TooLarge,
        [("emissions", 54)] = Refusal.InvalidPayload,
        [("emissions", 67)] = Refusal.WindowNotOpen,
        [("emissions", 68)] = Refusal.WindowNotOpen,
        [("emissions", 71)] = Refusal.InvalidPayload,
        [("emissions", 72)] = Refusal.InvalidPayload,
        [("emissions", 73)] = Refusal.OutOfFunds,
        [("emissions", 75)] = Refusal.NonceNotFound,
        [("emissions", 77)] = Refusal.InvalidPayload,
        [("emissions", 78)] = Refusal.AlreadySubmitted,
        [("emissions", 83)] = Refusal.NotWhitelisted,
        [("emissions", 84)] = Refusal.NotWhitelisted,
        [("emissions", 90)] = Refusal.NotWhitelisted,
        [("emissions", 95)] = Refusal.InvalidPayload,
        [("emissions", 97)] = Refusal.InvalidPayload,
        [("emissions", 98)] = Refusal.InvalidPayload,
    };

    // Read only where the chain gives no code: plain Go errors (codespace undefined) and simulations. The first row
    // that fits counts. Texts: errors.go of x/emissions and of the SDK, CometBFT's mempool, the fee market's ante step.
    private static readonly (string Text, Refusal Refusal)[] ByText =
    [
        ("already submitted", Refusal.AlreadySubmitted),
        ("cannot update EMA", Refusal.AlreadySubmitted),
        ("account sequence mismatch", Refusal.WrongSequence),
        ("incorrect account sequence", Refusal.WrongSequence),
        ("tx already exists in cache", Refusal.AlreadyInMempool),
        ("tx already in mempool", Refusal.AlreadyInMempool),
        ("mempool is full", Refusal.MempoolFull),
        ("out of gas", Refusal.OutOfGas),
        ("insufficient fee", Refusal.FeeTooLow),
        ("does not allow to pay fees", Refusal.NoAllowance),
        ("fee allowance", Refusal.NoAllowance),
        ("insufficient funds", Refusal.OutOfFunds),
        ("not have enough denom", Refusal.OutOfFunds),
        ("signature verification failed", Refusal.BadSignature),
        ("unknown address", Refusal.UnknownAccount),
        ("tx timeout height", Refusal.TimeoutHeightPassed),
        ("window not open", Refusal.WindowNotOpen),
        ("window not available", Refusal.WindowNotOpen),
        ("nonce still unfulfilled", Refusal.WindowNotOpen),
        ("nonce not found", Refusal.NonceNotFound),
        ("already registered", Refusal.AlreadyRegistered),
        ("not registered", Refusal.NotRegistered),
        ("not permitted to submit", Refusal.NotWhitelisted),
        ("not permitted to add stake", Refusal.NotWhitelisted),
        ("insufficient stake", Refusal.StakeTooLow),
        ("topic does not exist", Refusal.TopicMissing),
        ("invalid topic ID", Refusal.TopicMissing),
        ("tx parse error", Refusal.Undecodable),
        ("unable to resolve type URL", Refusal.Undecodable),
        ("tx too large", Refusal.TooLarge),
        ("query is too large", Refusal.TooLarge),
        ("invalid chain-id", Refusal.WrongChain),
        ("invalid request", Refusal.InvalidPayload),
    ];

    /// <summary>Keyed by codespace and code; the log is read only where the chain gives a plain Go error.</summary>
    public static Refusal Classify(string codespace, uint code, string log)
    {
        if (ByCode.TryGetValue((codespace, code), out var refusal))
        {
            return refusal;
        }

        var hasCode = codespace is not ("" or "undefined");
        if (code == 0 && (hasCode || log.Length == 0))
        {
            return Refusal.None;
        }

        return hasCode ? Refusal.Unknown : FromText(log);
    }

    /// <summary>A refused transaction, simulated or sent; None for a fault that is no refusal.</summary>
    public static Refusal Classify(ChainException exception) =>
        exception.Fault is not ChainFault.Refused ? Refusal.None
        : exception.Code != 0 ? Classify(exception.Codespace, exception.Code, exception.Log)
        : FromText(exception.Log);

    /// <summary>The sequence the chain expects, as only its text says it; null when it does not.</summary>
    public static ulong? ExpectedSequence(string log) =>
        Expected().Match(log) is { Success: true } match
        && ulong.TryParse(match.Groups["expected"].ValueSpan, CultureInfo.InvariantCulture, out var expected)
            ? expected
            : null;

    /// <summary>
    /// True when a query's answer is that the thing is not there; the store's own error has no code, and neither has
    /// that of a network inference that was never made.
    /// </summary>
    internal static bool SaysNotFound(ChainException exception) =>
        exception.Fault is ChainFault.NotFound
        || (exception.Fault is ChainFault.Refused
            && (exception is { Codespace: "emissions", Code: 76 }
                || exception.Log.Contains("not found", StringComparison.OrdinalIgnoreCase)
                || exception.Log.Contains("no inferences found", StringComparison.OrdinalIgnoreCase)));

    private static Refusal FromText(string log)
    {
        foreach (var (text, refusal) in ByText)
        {
            if (log.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return refusal;
            }
        }

        return Refusal.Unknown;
    }

    [GeneratedRegex(@"account sequence mismatch, expected (?<expected>\d+), got \d+", RegexOptions.ExplicitCapture)]
    private static partial Regex Expected();
}
