using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Sdk;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap.Prices;

namespace Outpost.Uniswap;

/// <summary>
/// What a Uniswap v2 pair holds after every block of an epoch, what that is worth, and what its tokens cost; the fields
/// are those of Powerloom's snapshot of this name (docs/uniswap.md).
/// </summary>
public sealed class PairTotalReserves(JsonElement settings) : ISnapshotProcessor
{
    private readonly UniswapSettings _settings = UniswapSettings.Read(settings);
    private readonly Foresight _foresight = new();

    public async Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken)
    {
        var pair = await PairEpoch.ReadAsync(context, _settings, _foresight);
        cancellationToken.ThrowIfCancellationRequested();
        var (after, side0, side1) = (pair.Reserves.After, pair.Side0, pair.Side1);
        var snapshot = pair.Snapshot();
        Add("token0Reserves", block => side0.Amount(after[block].Of0));
        Add("token1Reserves", block => side1.Amount(after[block].Of1));
        Add("token0ReservesUSD", block => side0.Dollars(after[block].Of0, block).Round(Digits.Dollars));
        Add("token1ReservesUSD", block => side1.Dollars(after[block].Of1, block).Round(Digits.Dollars));
        Add("token0Prices", block => side0.Prices[block].Round(Digits.Price));
        Add("token1Prices", block => side1.Prices[block].Round(Digits.Price));
        return snapshot;

        void Add(string field, Func<int, BigDecimal> value)
        {
            var blocks = new JsonObject();
            for (var block = 0; block < after.Count; block++)
            {
                var number = (pair.Epoch.Begin + block).ToString(CultureInfo.InvariantCulture);
                blocks.Add("block" + number, value(block).ToJson());
            }

            snapshot.Add(field, blocks);
        }
    }
}
