using System.Numerics;
using System.Text;
using Outpost.Devnet.Evm;

namespace Outpost.Devnet.Uniswap;

/// <summary>What the contracts answer, by the first four bytes of a call. What they do not know reverts.</summary>
internal sealed class UniswapCalls
{
    private const int SelectorDigits = 8;
    private const int MostHops = 10;

    private readonly UniswapListing _listing;
    private readonly Dictionary<string, int> _pairs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UniswapToken> _tokens = new(StringComparer.Ordinal);

    public UniswapCalls(UniswapListing listing)
    {
        _listing = listing;
        foreach (var (index, pair) in listing.Pairs.Index())
        {
            _pairs.Add(pair.Address, index);
        }

        foreach (var token in listing.Tokens)
        {
            _tokens.Add(token.Address, token);
        }
    }

    public CallEnd Call(string to, string data, PairStates states)
    {
        if (data.Length < SelectorDigits)
        {
            return CallEnd.Reverted();
        }

        var (selector, words) = (data[..SelectorDigits], data[SelectorDigits..]);
        var answer = _pairs.TryGetValue(to, out var pair) ? Pair(selector, _listing.Pairs[pair], states[pair])
            : _tokens.TryGetValue(to, out var token) ? Token(selector, token)
            : to == UniswapListing.Factory ? Factory(selector, words)
            : to == UniswapListing.Router ? Router(selector, words, states)
            : "";
        return answer is null ? CallEnd.Reverted() : CallEnd.Returned(answer);
    }

    private static string? Pair(string selector, UniswapPair pair, PairState state) => selector switch
    {
        "0902f1ac" => Words.Of(state.Reserve0) + Words.Of(state.Reserve1) + Words.Of(state.Time), // getReserves()
        "0dfe1681" => Words.Address(pair.Token0), // token0()
        "d21220a7" => Words.Address(pair.Token1), // token1()
        "c45a0155" => Words.Address(UniswapListing.Factory), // factory()
        "18160ddd" => Words.Of(state.Supply), // totalSupply()
        "06fdde03" => Text("Uniswap V2"), // name()
        "95d89b41" => Text("UNI-V2"), // symbol()
        "313ce567" => Words.Of(18), // decimals()
        _ => null,
    };

    private static string? Token(string selector, UniswapToken token) => selector switch
    {
        "06fdde03" => token.HasShortNames ? Short(token.Name) : Text(token.Name), // name()
        "95d89b41" => token.HasShortNames ? Short(token.Symbol) : Text(token.Symbol), // symbol()
        "313ce567" => Words.Of(token.Decimals), // decimals()
        _ => null,
    };

    private string? Factory(string selector, string words) => selector switch
    {
        "e6a43905" => Words.Address(AddressOf(words)), // getPair(address,address)
        "574f2ba3" => Words.Of(_listing.Pairs.Count), // allPairsLength()
        "1e3dd18b" => Words.Big(words, 0) is var index && index < _listing.Pairs.Count // allPairs(uint256)
            ? Words.Address(_listing.Pairs[(int)index].Address) : null,
        _ => null,
    };

    private string AddressOf(string words) =>
        _listing.PairOf(Words.AddressAt(words, 0), Words.AddressAt(words, Words.Digits)) is { } pair
            ? _listing.Pairs[pair].Address
            : "0x" + new string('0', 40);

    private string? Router(string selector, string words, PairStates states) => selector switch
    {
        "c45a0155" => Words.Address(UniswapListing.Factory), // factory()
        "ad5c4648" => Words.Address(UniswapListing.Weth), // WETH()
        "d06ca61f" => AmountsOut(words, states), // getAmountsOut(uint256,address[])
        _ => null,
    };

    private string? AmountsOut(string words, PairStates states)
    {
        var list = 2 * Words.Number(words, Words.Digits);
        var (amount, count) = (Words.Big(words, 0), Words.Number(words, list));
        if (count is < 2 or > MostHops || amount > (BigInteger)PairMath.MostReserve)
        {
            return null;
        }

        var amounts = new StringBuilder(Words.Of(32) + Words.Of(count) + Words.Of((UInt128)amount));
        var from = Words.AddressAt(words, list + Words.Digits);
        for (var hop = 2; hop <= count; hop++)
        {
            var to = Words.AddressAt(words, list + (hop * Words.Digits));
            if (amount.IsZero || _listing.PairOf(from, to) is not { } pair)
            {
                return null;
            }

            var state = states[pair];
            var (reserveIn, reserveOut) = _listing.Pairs[pair].Token0 == from
                ? (state.Reserve0, state.Reserve1) : (state.Reserve1, state.Reserve0);
            var got = PairMath.AmountOut((UInt128)amount, reserveIn, reserveOut);
            amounts.Append(Words.Of(got));
            (amount, from) = (got, to);
        }

        return amounts.ToString();
    }

    private static string Text(string text) => Words.Of(32) + Words.Text(text);

    private static string Short(string text) => Words.Padded(Convert.ToHexStringLower(Encoding.ASCII.GetBytes(text)));
}
