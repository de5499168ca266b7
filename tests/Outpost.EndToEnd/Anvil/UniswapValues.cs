using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Outpost.EndToEnd.Anvil;

/// <summary>Where the contracts are, as the script that deployed them says.</summary>
internal sealed record UniswapAddresses(
    string Factory, string Router, string Weth, IReadOnlyList<UniswapAddresses.Token> Tokens,
    IReadOnlyList<UniswapAddresses.Pair> Pairs, long LastBlock)
{
    internal sealed record Token(string Address, string Symbol, string Name, int Decimals);

    internal sealed record Pair(string Address, string Token0, string Token1);
}

/// <summary>
/// What an outsider read by eth_call at each block of a range and worked out in integers; lists have one entry for each
/// block.
/// </summary>
internal sealed record UniswapValues(
    long From, long To, IReadOnlyList<string> Hashes, IReadOnlyList<long> Times, IReadOnlyList<Fraction> EthUsd,
    IReadOnlyList<UniswapValues.Token> Tokens, IReadOnlyList<UniswapValues.Pair> Pairs)
{
    /// <param name="Usd">Dollars for one whole unit, by the whitelist's routes; 0 where there is none.</param>
    internal sealed record Token(string Address, int Decimals, IReadOnlyList<Fraction> Usd);

    internal sealed record Pair(
        string Address, string Token0, string Token1, IReadOnlyList<Reserves> Reserves, Sums Sums);

    internal sealed record Reserves(
        [property: JsonConverter(typeof(WholeJson))] BigInteger Reserve0,
        [property: JsonConverter(typeof(WholeJson))] BigInteger Reserve1);

    /// <summary>How many logs of each kind the range has, and the sums of the amounts of its swaps.</summary>
    internal sealed record Sums(
        int Syncs, int Swaps, int Mints, int Burns,
        [property: JsonConverter(typeof(WholeJson))] BigInteger In0,
        [property: JsonConverter(typeof(WholeJson))] BigInteger In1,
        [property: JsonConverter(typeof(WholeJson))] BigInteger Out0,
        [property: JsonConverter(typeof(WholeJson))] BigInteger Out1);

    /// <summary>A whole number as text.</summary>
    private sealed class WholeJson : JsonConverter<BigInteger>
    {
        public override BigInteger Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            BigInteger.Parse(reader.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);

        public override void Write(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }
}

/// <summary>A number that was never rounded.</summary>
[JsonConverter(typeof(Json))]
internal readonly record struct Fraction(BigInteger Numerator, BigInteger Denominator)
{
    /// <summary>Rounded down to so many decimals, as a whole number of the last of them.</summary>
    public BigInteger Scaled(int decimals) => Numerator * BigInteger.Pow(10, decimals) / Denominator;

    private sealed class Json : JsonConverter<Fraction>
    {
        public override Fraction Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var parts = reader.GetString()!.Split('/');
            return new(
                BigInteger.Parse(parts[0], CultureInfo.InvariantCulture), BigInteger.Parse(parts[1], CultureInfo.InvariantCulture));
        }

        public override void Write(Utf8JsonWriter writer, Fraction value, JsonSerializerOptions options) =>
            writer.WriteStringValue($"{value.Numerator}/{value.Denominator}");
    }
}
