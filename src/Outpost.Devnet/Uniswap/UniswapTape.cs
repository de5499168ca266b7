using System.Text;
using Outpost.Devnet.Evm;
using Outpost.Sdk.Evm;

namespace Outpost.Devnet.Uniswap;

/// <summary>Writes down what pairs emit, in Uniswap v2's layout.</summary>
internal sealed class UniswapTape(UniswapListing listing, List<ChainLog> logs)
{
    private static readonly string NobodyTopic = "0x" + Words.Of(0);
    private static readonly string Sync = Topic("Sync(uint112,uint112)");
    private static readonly string Swap = Topic("Swap(address,uint256,uint256,uint256,uint256,address)");
    private static readonly string Mint = Topic("Mint(address,uint256,uint256)");
    private static readonly string Burn = Topic("Burn(address,uint256,uint256,address)");
    private static readonly string Transfer = Topic("Transfer(address,address,uint256)");
    private static readonly string PairCreated = Topic("PairCreated(address,address,address,uint256)");

    /// <summary>The transaction that is under way.</summary>
    public int Transaction { get; set; }

    public void Created(int pair)
    {
        var made = listing.Pairs[pair];
        logs.Add(new ChainLog(
            Transaction, UniswapListing.Factory, [PairCreated, Indexed(made.Token0), Indexed(made.Token1)],
            Words.Address(made.Address) + Words.Of(pair + 1)));
    }

    public void Synced(int pair, PairState state) =>
        Add(pair, [Sync], state.Reserve0, state.Reserve1);

    public void Swapped(int pair, SwapAmounts amounts, string to) => Add(
        pair, [Swap, Indexed(UniswapListing.Router), Indexed(to)],
        amounts.In0, amounts.In1, amounts.Out0, amounts.Out1);

    /// <param name="owner">Null: nobody, which locks the liquidity.</param>
    public void Issued(int pair, string? owner, UInt128 liquidity) => Add(
        pair, [Transfer, NobodyTopic, owner is null ? NobodyTopic : Indexed(owner)], liquidity);

    public void Minted(int pair, UInt128 amount0, UInt128 amount1) =>
        Add(pair, [Mint, Indexed(UniswapListing.Router)], amount0, amount1);

    /// <summary>The owner hands liquidity to the pair, which destroys it.</summary>
    public void Redeemed(int pair, string owner, UInt128 liquidity) =>
        Add(pair, [Transfer, Indexed(owner), Indexed(listing.Pairs[pair].Address)], liquidity);

    public void Destroyed(int pair, UInt128 liquidity) =>
        Add(pair, [Transfer, Indexed(listing.Pairs[pair].Address), NobodyTopic], liquidity);

    public void Burned(int pair, UInt128 amount0, UInt128 amount1, string to) =>
        Add(pair, [Burn, Indexed(UniswapListing.Router), Indexed(to)], amount0, amount1);

    private void Add(int pair, string[] topics, params ReadOnlySpan<UInt128> numbers)
    {
        var data = new StringBuilder(numbers.Length * Words.Digits);
        foreach (var number in numbers)
        {
            data.Append(Words.Of(number));
        }

        logs.Add(new ChainLog(Transaction, listing.Pairs[pair].Address, topics, data.ToString()));
    }

    private static string Indexed(string address) => "0x" + Words.Address(address);

    private static string Topic(string signature) =>
        "0x" + Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(signature)));
}

/// <summary>What a swap paid in and took out, of either token.</summary>
internal readonly record struct SwapAmounts(UInt128 In0, UInt128 In1, UInt128 Out0, UInt128 Out1);
