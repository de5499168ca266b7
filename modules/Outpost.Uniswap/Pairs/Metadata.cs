using System.Numerics;
using System.Text;
using Outpost.Sdk.Evm;

namespace Outpost.Uniswap.Pairs;

/// <summary>The two tokens of a pair.</summary>
internal sealed record Pair(EvmAddress Address, EvmAddress Token0, EvmAddress Token1);

/// <summary>What contracts say of themselves and never change.</summary>
/// <param name="ask">The context's MetadataAsync.</param>
internal sealed class Metadata(Func<EvmCall, Task<CallResult>> ask)
{
    private const int WordBytes = 32;

    /// <summary>The tokens of a pair.</summary>
    /// <exception cref="UniswapException">The contract names none.</exception>
    public async Task<Pair> PairAsync(EvmAddress pair)
    {
        var (token0, token1) = (ask(Read(pair, Contracts.Token0)), ask(Read(pair, Contracts.Token1)));
        return Address(await token0) is { } first && Address(await token1) is { } second
            ? new Pair(pair, first, second)
            : throw new UniswapException(
                $"{pair.Hex} does not name two tokens: it is no Uniswap v2 pair, or none yet in this epoch.");
    }

    /// <summary>The pair of two tokens; null when the factory knows none.</summary>
    public async Task<EvmAddress?> PairOfAsync(EvmAddress factory, EvmAddress one, EvmAddress other)
    {
        // One order, so that one question is asked once.
        var data = one < other ? Contracts.GetPair.Encode(one, other) : Contracts.GetPair.Encode(other, one);
        return Address(await ask(new EvmCall(factory, data))) is { } pair && pair != default ? pair : null;
    }

    /// <summary>Digits behind the point; 0 for a token that does not say, as ERC-20 leaves it free to.</summary>
    public async Task<int> DecimalsAsync(EvmAddress token) =>
        Decoded(Contracts.Decimals, await ask(Read(token, Contracts.Decimals))) is BigInteger decimals
            ? (int)decimals
            : 0;

    /// <summary>A token's name; its address where it has none.</summary>
    public async Task<string> NameAsync(EvmAddress token) =>
        Text(Contracts.Name, await ask(Read(token, Contracts.Name))) ?? token.Hex;

    /// <summary>A token's symbol; its address where it has none.</summary>
    public async Task<string> SymbolAsync(EvmAddress token) =>
        Text(Contracts.Symbol, await ask(Read(token, Contracts.Symbol))) ?? token.Hex;

    private static EvmCall Read(EvmAddress contract, AbiFunction function) => new(contract, function.Encode());

    private static EvmAddress? Address(CallResult answer) => Decoded(Contracts.Token0, answer) as EvmAddress?;

    private static object? Decoded(AbiFunction function, CallResult answer)
    {
        try
        {
            return answer is CallResult.Returned { Data: var data } ? function.Decode(data.Span)[0] : null;
        }
        catch (FormatException)
        {
            // What does not answer the question has not answered it.
            return null;
        }
    }

    /// <summary>Tokens from before ERC-20 was settled answer 32 bytes in place of a string, such as MKR.</summary>
    private static string? Text(AbiFunction function, CallResult answer)
    {
        var text = answer is CallResult.Returned { Data.Length: WordBytes } word
            ? Encoding.UTF8.GetString(word.Data.Span.TrimEnd((byte)0))
            : Decoded(function, answer) as string;
        return string.IsNullOrEmpty(text) ? null : text;
    }
}
