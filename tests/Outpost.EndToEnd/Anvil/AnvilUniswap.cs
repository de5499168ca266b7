using System.Globalization;
using Outpost.EndToEnd.Outsider;

namespace Outpost.EndToEnd.Anvil;

/// <summary>
/// Uniswap v2's real contracts on an Anvil of their own, with a dozen pairs that have traded for some blocks. One for a
/// test class: <c>IClassFixture&lt;AnvilUniswap&gt;</c>.
/// </summary>
public sealed class AnvilUniswap : IAsyncLifetime
{
    private const int Pairs = 12;
    private const int TradedBlocks = 40;

    private int _seed = 1;

    internal AnvilNode Anvil { get; private set; } = null!;

    internal UniswapAddresses Addresses { get; private set; } = null!;

    /// <summary>The newest block that the scripts know of.</summary>
    internal long Height { get; private set; }

    /// <summary>The first block behind the one that all pairs had liquidity in.</summary>
    internal long FirstTraded => Addresses.LastBlock + 1;

    public async ValueTask InitializeAsync()
    {
        Anvil = await AnvilNode.StartAsync(TestContext.Current.CancellationToken);
        Addresses = await OutsiderScript.ValueAsync<UniswapAddresses>(
            "uniswap.mjs", Url, "deploy", "1", Text(Pairs));
        await TradeAsync(TradedBlocks);
    }

    public ValueTask DisposeAsync() => Anvil is null ? ValueTask.CompletedTask : Anvil.DisposeAsync();

    /// <summary>Trades on, each time in another way.</summary>
    internal async Task TradeAsync(int blocks) => Height = (await OutsiderScript.ValueAsync<Traded>(
        "uniswap.mjs", Url, "trade", Text(++_seed), Text(blocks))).LastBlock;

    /// <summary>The truth about blocks that have been traded in, worked out by an outsider.</summary>
    internal Task<UniswapValues> ValuesAsync(long from, long to) => ValuesAsync(Anvil.Url, from, to);

    /// <summary>The same of any node that has the contracts at these addresses.</summary>
    internal static Task<UniswapValues> ValuesAsync(Uri url, long from, long to) =>
        OutsiderScript.ValueAsync<UniswapValues>("uniswap-values.mjs", url.ToString(), Text(from), Text(to));

    /// <summary>Leaves the newest blocks for empty ones, then trades on.</summary>
    internal async Task ReorganiseAsync(int depth, int traded)
    {
        await Anvil.ReorganiseAsync(depth);
        await TradeAsync(traded);
    }

    /// <summary>Leaves the newest blocks, then trades on from where they began.</summary>
    internal async Task RollBackAsync(int depth, int traded)
    {
        await Anvil.RollBackAsync(depth);
        await TradeAsync(traded);
    }

    private string Url => Anvil.Url.ToString();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Traded(long LastBlock);
}
