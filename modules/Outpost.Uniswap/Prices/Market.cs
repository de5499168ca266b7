using System.Numerics;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;
using Outpost.Uniswap.Pairs;

namespace Outpost.Uniswap.Prices;

/// <summary>
/// What tokens cost after each block of an epoch. Each price is worked out once an epoch, for all projects, and all
/// that it takes is asked for before any of it is awaited.
/// </summary>
internal sealed class Market(ISnapshotContext context, UniswapSettings settings, Foresight foresight)
{
    private const int EtherDecimals = 18;

    // What Uniswap takes of the amount that goes in: 3 of 1,000.
    private const int Kept = 997;
    private const int Whole = 1000;

    private readonly Metadata _metadata = new(context.MetadataAsync);

    private int Blocks => (int)context.Epoch.Size;

    /// <summary>What contracts of this chain say of themselves.</summary>
    public Metadata Metadata => _metadata;

    /// <summary>A pair's reserves after each block.</summary>
    public Task<PairReserves> ReservesAsync(EvmAddress pair) => context.SharedAsync(
        $"{settings.Name} reserves {pair.Hex}", () => PairReserves.ReadAsync(context, pair, settings.CheckEvery));

    /// <summary>Dollars for one whole token after each block; 0 where no route leads to an ether.</summary>
    public async Task<IReadOnlyList<Fraction>> PriceAsync(EvmAddress token)
    {
        var price = await context.SharedAsync($"{settings.Name} price {token.Hex}", () => FindAsync(token));
        foresight.Learn(token, price.IsBeyondFirst);
        return price.Dollars;
    }

    /// <summary>
    /// Dollars for one ether: those of the three pairs, each weighed by its ethers, which comes to all their dollars
    /// over all their ethers.
    /// </summary>
    private Task<Fraction[]> EtherAsync() => context.SharedAsync($"{settings.Name} ether", async () =>
    {
        var pairs = await Task.WhenAll(settings.EthPairs.Select(EthPairAsync));
        var dollars = new Fraction[Blocks];
        for (var block = 0; block < dollars.Length; block++)
        {
            var (sum, ethers) = (default(Fraction), BigInteger.Zero);
            foreach (var (reserves, decimals, isDollarFirst) in pairs)
            {
                var (dollar, ether) = reserves.After[block].Of(isDollarFirst);
                sum += Fraction.OfUnits(dollar, decimals);
                ethers += ether;
            }

            dollars[block] = sum.OrZeroOver(Fraction.OfUnits(ethers, EtherDecimals));
        }

        return dollars;
    });

    private async Task<(PairReserves Reserves, int Decimals, bool IsDollarFirst)> EthPairAsync(EvmAddress address)
    {
        var reserves = ReservesAsync(address);
        var pair = await _metadata.PairAsync(address);
        if (pair.Token0 != settings.Weth && pair.Token1 != settings.Weth)
        {
            throw new UniswapException(
                $"{address.Hex} is set as a pair with {settings.Weth.Hex}, and has no such side.");
        }

        var isDollarFirst = pair.Token1 == settings.Weth;
        var decimals = _metadata.DecimalsAsync(isDollarFirst ? pair.Token0 : pair.Token1);
        return (await reserves, await decimals, isDollarFirst);
    }

    private async Task<TokenPrice> FindAsync(EvmAddress token)
    {
        var ether = EtherAsync();
        if (token == settings.Weth)
        {
            return new TokenPrice(await ether, false);
        }

        EvmAddress[] by = [.. settings.Whitelist.Where(one => one != token)];
        // Most tokens trade with the first of the list. The others are asked for only when that one did not do, now or
        // in the epoch before: twenty questions for each of a thousand tokens are not asked for nothing.
        var first = foresight.IsBeyondFirst(token) ? by.Length : Math.Min(1, by.Length);
        var near = await Task.WhenAll(by[..first].Select(one => RouteAsync(token, one)));
        var route = near.FirstOrDefault(one => one is not null);
        if (route is null && first < by.Length)
        {
            var far = await Task.WhenAll(by[first..].Select(one => RouteAsync(token, one)));
            route = far.FirstOrDefault(one => one is not null);
        }

        var dollars = await ether;
        return new TokenPrice(
            route is null ? new Fraction[Blocks] : [.. route.Zip(dollars, (ethers, each) => ethers * each)],
            by.Length > 0 && near.Length > 0 && near[0] is null);
    }

    /// <summary>
    /// Ethers for one whole token by its pair with another one; null when there is none, or in any block less than one
    /// ether's worth of the other one in it.
    /// </summary>
    private async Task<Fraction[]?> RouteAsync(EvmAddress token, EvmAddress by)
    {
        if (await _metadata.PairOfAsync(settings.Factory, token, by) is not { } pair)
        {
            return null;
        }

        var (asking, quoting) = (ReservesAsync(pair), QuoteAsync(by));
        var (decimals, byDecimals) = (_metadata.DecimalsAsync(token), _metadata.DecimalsAsync(by));
        var (reserves, quotes) = (await asking, await quoting);
        var (unit, byUnit) = (BigInteger.Pow(10, await decimals), BigInteger.Pow(10, await byDecimals));
        var least = byUnit * BigInteger.Pow(10, EtherDecimals);
        var ethers = new Fraction[Blocks];
        for (var block = 0; block < ethers.Length; block++)
        {
            var (of, other) = reserves.After[block].Of(token < by);
            var worth = other * quotes[block];
            if (worth < least)
            {
                return null;
            }

            ethers[block] = of == 0 ? default : new Fraction(worth * unit, least * of);
        }

        return ethers;
    }

    /// <summary>
    /// What one whole token would be sold for, in wei, after each block: the router's getAmountsOut, fee and impact on
    /// the price included; 0 where it would revert.
    /// </summary>
    private Task<BigInteger[]> QuoteAsync(EvmAddress token) => context.SharedAsync(
        $"{settings.Name} quote {token.Hex}", async () =>
        {
            var quotes = new BigInteger[Blocks];
            if (token == settings.Weth)
            {
                Array.Fill(quotes, BigInteger.Pow(10, EtherDecimals));
                return quotes;
            }

            if (await _metadata.PairOfAsync(settings.Factory, token, settings.Weth) is not { } pair)
            {
                return quotes;
            }

            var asking = ReservesAsync(pair);
            var kept = Kept * BigInteger.Pow(10, await _metadata.DecimalsAsync(token));
            var reserves = await asking;
            for (var block = 0; block < quotes.Length; block++)
            {
                var (of, ether) = reserves.After[block].Of(token < settings.Weth);
                quotes[block] = of == 0 || ether == 0 ? 0 : kept * ether / ((Whole * (BigInteger)of) + kept);
            }

            return quotes;
        });

    /// <param name="IsBeyondFirst">True when the first token of the whitelist did not do.</param>
    private sealed record TokenPrice(Fraction[] Dollars, bool IsBeyondFirst);
}
