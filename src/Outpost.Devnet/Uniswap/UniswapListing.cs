using System.Globalization;
using System.Numerics;
using System.Text;
using Outpost.Sdk.Evm;

namespace Outpost.Devnet.Uniswap;

/// <summary>A token of the devnet.</summary>
/// <param name="Address">Lower case, with 0x.</param>
/// <param name="HasShortNames">Its name and symbol are answered as bytes32, as Maker's are.</param>
public sealed record UniswapToken(string Address, string Name, string Symbol, int Decimals, bool HasShortNames);

/// <summary>A pair of the devnet.</summary>
/// <param name="Address">Lower case, with 0x; follows from the factory and the tokens as on the main network.</param>
/// <param name="Token0">The address of the token whose address is the smaller number.</param>
public sealed record UniswapPair(string Address, string Token0, string Token1);

/// <summary>
/// Which tokens and pairs there are. The first eight tokens, the factory and the router have the addresses of the main
/// network, hence so have their pairs: settings that name them work here.
/// </summary>
public sealed class UniswapListing
{
    public const string Factory = "0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f";
    public const string Router = "0x7a250d5630b4cf539739df2c5dacb4c659f2488d";
    public const string Weth = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";
    public const string Dai = "0x6b175474e89094c44da98b954eedeac495271d0f";
    public const string Usdc = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
    public const string Usdt = "0xdac17f958d2ee523a2206206994597c13d831ec7";

    private const int MicroUsd = 1_000_000;

    /// <summary>keccak256 of the code that makes a pair on the main network.</summary>
    private const string PairCodeHash = "96e8ac4277198ff8b6f785478aa9a39f403cb768dd02cbee326c3e7da348845f";

    private static readonly (UniswapToken Token, long PriceMicroUsd)[] Known =
    [
        (new(Weth, "Wrapped Ether", "WETH", 18, false), 1_800L * MicroUsd),
        (new(Dai, "Dai Stablecoin", "DAI", 18, false), MicroUsd),
        (new(Usdc, "USD Coin", "USDC", 6, false), MicroUsd),
        (new(Usdt, "Tether USD", "USDT", 6, false), MicroUsd),
        (new("0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2", "Maker", "MKR", 18, true), 700L * MicroUsd),
        (new("0x2260fac5e5542a773aa44fbcfedf7c193bc2c599", "Wrapped BTC", "WBTC", 8, false), 27_000L * MicroUsd),
        (new("0x1f9840a85d5af5bf1d1762f925bdaddc4201f984", "Uniswap", "UNI", 18, false), 6L * MicroUsd),
        (new("0x514910771af9ca656af840dff83e8264ecf986ca", "ChainLink Token", "LINK", 18, false), 7L * MicroUsd),
    ];

    private static readonly int[] OtherDecimals = [18, 18, 18, 18, 9, 8, 6, 2, 0];

    private readonly List<(UniswapToken Token, long PriceMicroUsd)> _tokens;
    private readonly List<UniswapPair> _pairs = [];
    private readonly List<PairState> _first = [];
    private readonly Dictionary<(string, string), int> _byTokens = [];
    private readonly Dictionary<string, List<int>> _byToken = new(StringComparer.Ordinal);
    private readonly Draw _draw;
    private readonly long _founded;

    internal UniswapListing(UniswapOptions options, int seed, long founded)
    {
        var tokens = options.Tokens ?? Math.Max(Known.Length, (options.Pairs / 2) + 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Pairs, 3, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 4, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Pairs, tokens * (tokens - 1L) / 2, nameof(options));
        (_draw, _founded) = (new Draw((ulong)seed), founded);
        _tokens = [.. Known.Take(tokens)];
        while (_tokens.Count < tokens)
        {
            _tokens.Add(Another(seed, _tokens.Count));
        }

        List(1, 0);
        List(2, 0);
        List(0, 3);
        for (var token = 4; token < tokens && _pairs.Count < options.Pairs; token++)
        {
            List(token, _draw.Below(20) switch { < 13 => 0, < 16 => 2, < 18 => 1, < 19 => 3, _ => _draw.Below(token) });
        }

        while (_pairs.Count < options.Pairs)
        {
            List(_draw.Below(tokens), _draw.Below(Math.Min(tokens, 4 + _pairs.Count)));
        }
    }

    /// <summary>WETH, DAI, USDC, USDT, one whose names are bytes32, and others.</summary>
    public IReadOnlyList<UniswapToken> Tokens => [.. _tokens.Select(one => one.Token)];

    /// <summary>DAI with WETH, USDC with WETH, WETH with USDT, and others.</summary>
    public IReadOnlyList<UniswapPair> Pairs => _pairs;

    /// <summary>What each pair holds after the first block.</summary>
    internal IReadOnlyList<PairState> First => _first;

    /// <summary>Null: there is none of these tokens, whatever their order.</summary>
    internal int? PairOf(string one, string other) =>
        _byTokens.TryGetValue(Sorted(one, other), out var pair) ? pair : null;

    /// <summary>The pairs of a token, in the order of the listing.</summary>
    internal IReadOnlyList<int> PairsOf(string token) => _byToken[token];

    private static (string, string) Sorted(string one, string other) =>
        string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one);

    private (UniswapToken, long) Another(int seed, int index)
    {
        var hash = Keccak256.Hash(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"token {index} of seed {seed}")));
        var decimals = OtherDecimals[_draw.Below(OtherDecimals.Length)];
        // Of tokens that cannot be divided finely there are many, or swaps would round to nothing.
        var price = _draw.Between(10, 99) * Power(10, _draw.Below(decimals < 6 ? 4 : 9));
        var token = new UniswapToken(
            "0x" + Convert.ToHexStringLower(hash.AsSpan(0, 20)),
            string.Create(CultureInfo.InvariantCulture, $"Token {index}"),
            string.Create(CultureInfo.InvariantCulture, $"T{index}"), decimals, HasShortNames: false);
        return (token, (long)price);
    }

    private void List(int one, int other)
    {
        var tokens = Sorted(_tokens[one].Token.Address, _tokens[other].Token.Address);
        if (one == other || !_byTokens.TryAdd(tokens, _pairs.Count))
        {
            return;
        }

        var (token0, token1) = _tokens[one].Token.Address == tokens.Item1
            ? (_tokens[one], _tokens[other]) : (_tokens[other], _tokens[one]);
        var usd = _pairs.Count < 3 ? _draw.Between(200, 600) * 100_000L : _draw.Between(1, 100) * 100_000L;
        var (amount0, amount1) = (Amount(token0, usd), Amount(token1, usd));
        Named(tokens.Item1).Add(_pairs.Count);
        Named(tokens.Item2).Add(_pairs.Count);
        _pairs.Add(new UniswapPair(AddressOf(tokens.Item1, tokens.Item2), tokens.Item1, tokens.Item2));
        _first.Add(new PairState(amount0, amount1, PairMath.RootOfProduct(amount0, amount1), _founded));
    }

    private List<int> Named(string token)
    {
        if (!_byToken.TryGetValue(token, out var pairs))
        {
            _byToken.Add(token, pairs = []);
        }

        return pairs;
    }

    /// <summary>What is worth so much, up to one in a hundred more or less.</summary>
    private UInt128 Amount((UniswapToken Token, long PriceMicroUsd) token, long usd) => (UInt128)(
        usd * MicroUsd * Power(10, token.Token.Decimals) * _draw.Between(990, 1_010) / 1_000 / token.PriceMicroUsd);

    private static BigInteger Power(int radix, int exponent) => BigInteger.Pow(radix, exponent);

    /// <summary>CREATE2 (EIP-1014) as the factory does it.</summary>
    private static string AddressOf(string token0, string token1)
    {
        var salt = Keccak256.Hash(Convert.FromHexString(token0[2..] + token1[2..]));
        var hash = Keccak256.Hash(Convert.FromHexString(
            "ff" + Factory[2..] + Convert.ToHexString(salt) + PairCodeHash));
        return "0x" + Convert.ToHexStringLower(hash.AsSpan(12));
    }
}
