using System.Globalization;
using System.Text.RegularExpressions;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Evm;

/// <summary>
/// The one table of what nodes and providers say. Codes alone do not tell: -32005 is a rate limit here and a search
/// that found too much there, so texts are read, most telling first. Seen at geth, Erigon, Nethermind, Besu, reth,
/// Anvil, Alchemy, Infura, QuickNode, Ankr, Cloudflare, dRPC, BNB Smart Chain's and Tenderly's nodes.
/// </summary>
internal static partial class EvmErrors
{
    private const int Reverted = 3;
    private const int TooManyRequests = 429;
    private const int LimitExceeded = -32005;
    private const int ParityExecution = -32015;
    private const int UnsupportedMethod = -32004;
    private const int PrunedHistory = 4444;

    // A provider writes the text, so only its beginning is searched.
    private const int MaxSearched = 2_000;

    private static readonly (EvmRefusalKind Kind, Regex Text)[] ByText =
    [
        (EvmRefusalKind.Reverted, Reverts()),
        (EvmRefusalKind.BatchTooLarge, Batches()),
        (EvmRefusalKind.TooMuch, TooMuch()),
        (EvmRefusalKind.RangeTooWide, Ranges()),
        (EvmRefusalKind.RateLimited, Rates()),
        (EvmRefusalKind.MissingState, Pruned()),
        (EvmRefusalKind.UnknownBlock, NoBlock()),
        (EvmRefusalKind.UnknownMethod, Unknown()),
    ];

    /// <param name="asked">Blocks or calls that were asked for: a size that is named has to be smaller.</param>
    public static EvmRefusal Understand(JsonRpcError error, long asked)
    {
        var text = error.Text.Length <= MaxSearched ? error.Text : error.Text[..MaxSearched];
        var kind = KindOf(error, text);
        return new EvmRefusal(
            kind, error.Text,
            kind is EvmRefusalKind.RangeTooWide or EvmRefusalKind.TooMuch or EvmRefusalKind.BatchTooLarge
                ? MostAllowed(kind, text, asked) : null,
            kind is EvmRefusalKind.Reverted ? RevertData(error.Details) : []);
    }

    private static EvmRefusalKind KindOf(JsonRpcError error, string text)
    {
        if (error.Code == Reverted)
        {
            return EvmRefusalKind.Reverted;
        }

        foreach (var (kind, known) in ByText)
        {
            if (known.IsMatch(text))
            {
                return kind;
            }
        }

        return error.Code switch
        {
            ParityExecution => EvmRefusalKind.Reverted,
            LimitExceeded or TooManyRequests => EvmRefusalKind.RateLimited,
            PrunedHistory => EvmRefusalKind.MissingState,
            JsonRpcError.MethodNotFound or UnsupportedMethod => EvmRefusalKind.UnknownMethod,
            JsonRpcError.InvalidParameters => EvmRefusalKind.InvalidParameters,
            _ => EvmRefusalKind.NodeFailure,
        };
    }

    private static long? MostAllowed(EvmRefusalKind kind, string text, long asked)
    {
        if (Hint().Match(text) is { Success: true } hint
            && TryHex(hint.Groups["from"].Value, out var from) && TryHex(hint.Groups["to"].Value, out var to)
            && to - from + 1 is > 0 and var span && span < asked)
        {
            return span;
        }

        if (kind is EvmRefusalKind.TooMuch)
        {
            // The number in such a text counts results, not blocks.
            return null;
        }

        long? most = null;
        foreach (Match number in Number().Matches(text))
        {
            if (long.TryParse(number.Groups["digits"].Value.Replace(",", "", StringComparison.Ordinal),
                    NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value * (number.Groups["kilo"].Success ? 1_000 : 1) is var size && size > 0 && size < asked)
            {
                most = Math.Max(most ?? 0, size);
            }
        }

        return most;
    }

    private static bool TryHex(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);

    /// <summary>The data member, which some nodes prefix with a word; empty when it holds no bytes.</summary>
    private static byte[] RevertData(string details) =>
        HexData().Match(details) is { Success: true } match && match.Groups["hex"].Length % 2 == 0
            ? Convert.FromHexString(match.Groups["hex"].Value)
            : [];

    private const RegexOptions Loose =
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(
        "execution reverted|VM Exception|VM execution error|out of gas|invalid opcode|invalid jump"
        + "|stack (under|over)flow|stack limit reached|always failing transaction|OutOfGas|bad instruction", Loose)]
    private static partial Regex Reverts();

    [GeneratedRegex(
        "batch (too large|size|limit|of more than|requests? (is|are) not)"
        + "|(large|big|exceeds?|maximum|max|too many)[a-z ]*(batch|calls in)"
        + "|batch(es|ing)?( requests)? (is |are )?(not|disabled)", Loose)]
    private static partial Regex Batches();

    [GeneratedRegex(
        "returned more than|more than [0-9,]+ (results|logs)|response size|too many (results|logs)"
        + "|query time(out|d out)|reduc(e|ing) (your |the )?(query |block )?range|response (is )?too (big|large)"
        + "|logs? (matched by query )?(exceeds|limit)|max(imum)? results|limit of [0-9,]+ (logs|results)", Loose)]
    private static partial Regex TooMuch();

    [GeneratedRegex(
        "(?<!invalid )blocks? range|range [0-9,]+ (exceeds|is bigger)|range (is )?too (large|wide|big)|too many blocks"
        + "|range exceed|exceeds? (the )?(max(imum)? )?(allowed )?(block )?range|range limit|max(imum)? range"
        + "|limited to an? [0-9,]+k? (blocks? )?range|up to an? [0-9,]+k? block", Loose)]
    private static partial Regex Ranges();

    [GeneratedRegex(
        "rate.?limit|too many requests|request limit|requests? (count|rate) (exceeded|limited)|compute units"
        + "|throughput|limit exceeded|capacity exceeded|credits|quota|throttl|request rate", Loose)]
    private static partial Regex Rates();

    [GeneratedRegex(
        "missing trie node|pruned|pruning|historical state|archive|no state available|not available, state"
        + "|state (at block .* )?(is )?(not available|unavailable|histories)", Loose)]
    private static partial Regex Pruned();

    [GeneratedRegex(
        "header (for hash )?not found|unknown block|block not found|BlockOutOfRange|block .* not (found|available)"
        + "|(could not|cannot) find block|after last accepted block|beyond (current )?head|not yet indexed"
        + "|invalid block range", Loose)]
    private static partial Regex NoBlock();

    [GeneratedRegex(
        "method.* (not found|does not exist|not available|not supported|not allowed|unsupported)|unsupported method"
        + "|unknown method|is not available on", Loose)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"\[\s*0x(?<from>[0-9a-f]{1,15})\s*,\s*0x(?<to>[0-9a-f]{1,15})\s*\]", Loose)]
    private static partial Regex Hint();

    [GeneratedRegex(@"(?<![-\w.])(?<digits>[0-9][0-9,]{0,14})(?<kilo>k)?(?![\w.])", Loose)]
    private static partial Regex Number();

    [GeneratedRegex("0x(?<hex>[0-9a-f]*)\"?$", Loose)]
    private static partial Regex HexData();
}
