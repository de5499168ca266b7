using System.Text;
using System.Text.Json;
using Outpost.Sdk.Evm;

namespace Outpost.Uniswap;

/// <summary>Where Uniswap v2 is on a chain, and by which formula its fees are counted.</summary>
internal sealed record UniswapSettings
{
    private const int MaxAddresses = 100;

    private static readonly EvmAddress MainnetWeth = EvmAddress.Parse("0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2");

    /// <summary>The wrapped coin that prices go through; it has 18 decimals.</summary>
    public EvmAddress Weth { get; private init; } = MainnetWeth;

    /// <summary>UniswapV2Factory, which knows the pair of two tokens.</summary>
    public EvmAddress Factory { get; private init; } = EvmAddress.Parse("0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f");

    /// <summary>Pairs of <see cref="Weth"/> with a dollar token, which say what an ether costs.</summary>
    public IReadOnlyList<EvmAddress> EthPairs { get; private init; } = Mainnet.EthPairs;

    /// <summary>Tokens that another one is priced by, the first that fits.</summary>
    public IReadOnlyList<EvmAddress> Whitelist { get; private init; } = Mainnet.Whitelist;

    /// <summary>True for the oldest formula: a share of the second side, not of the larger one.</summary>
    public bool IsFirstFee { get; private init; }

    /// <summary>One in so many pairs is asked for its reserves at an epoch's end; 0 asks none.</summary>
    public int CheckEvery { get; private init; } = 16;

    /// <summary>Equal settings work out equal prices, and share them under this name.</summary>
    public string Name { get; private init; } = "";

    private bool IsOfMainnet { get; init; } = true;

    /// <summary>Reads a module's settings; what they leave out is that of Ethereum's mainnet.</summary>
    /// <exception cref="FormatException">Something in them is not as documented (docs/uniswap.md).</exception>
    public static UniswapSettings Read(JsonElement settings)
    {
        var read = new UniswapSettings();
        foreach (var one in settings.EnumerateObject())
        {
            read = one.Name switch
            {
                "weth" => read with { Weth = Address(one), IsOfMainnet = false },
                "factory" => read with { Factory = Address(one), IsOfMainnet = false },
                "ethPairs" => read with { EthPairs = Addresses(one), IsOfMainnet = false },
                "whitelist" => read with { Whitelist = Addresses(one), IsOfMainnet = false },
                "fee" => read with { IsFirstFee = IsFirst(one) },
                "checkEvery" => read with { CheckEvery = Whole(one) },
                _ => throw new FormatException(
                    $"There is no setting '{one.Name}': write weth, factory, ethPairs, whitelist, fee or checkEvery."),
            };
        }

        return read with { Name = read.Fingerprint() };
    }

    /// <summary>Prices of another chain would silently be 0 by mainnet's addresses.</summary>
    /// <exception cref="UniswapException">The settings name no address, and the chain is not mainnet.</exception>
    public void Demand(long chainId)
    {
        if (IsOfMainnet && chainId != Mainnet.ChainId)
        {
            throw new UniswapException($"Chain {chainId} is not Ethereum's mainnet, whose addresses are taken where "
                + "none are given: write weth, factory, ethPairs and whitelist into the processor's settings.");
        }
    }

    // The fee is no part of it: it changes no price.
    private string Fingerprint()
    {
        var text = new StringBuilder().Append(Weth.Hex).Append(Factory.Hex).Append(CheckEvery)
            .AppendJoin(',', EthPairs.Select(one => one.Hex)).Append(';')
            .AppendJoin(',', Whitelist.Select(one => one.Hex)).ToString();
        return "uniswap-v2 " + HexText.Of(Keccak256.Hash(Encoding.ASCII.GetBytes(text)).AsSpan(0, 8));
    }

    private static EvmAddress Address(JsonProperty setting) => Address(setting.Name, setting.Value);

    private static EvmAddress Address(string name, JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return EvmAddress.TryParse(text, out var address, out var problem)
            ? address
            : throw new FormatException($"{name}: the address {text} {problem}.");
    }

    private static EvmAddress[] Addresses(JsonProperty setting)
    {
        if (setting.Value.ValueKind != JsonValueKind.Array || setting.Value.GetArrayLength() > MaxAddresses)
        {
            throw new FormatException($"{setting.Name} is a list of at most {MaxAddresses} addresses.");
        }

        EvmAddress[] all = [.. setting.Value.EnumerateArray().Select(one => Address(setting.Name, one))];
        return all.Distinct().Count() == all.Length
            ? all
            : throw new FormatException($"{setting.Name} names an address twice.");
    }

    private static bool IsFirst(JsonProperty setting) =>
        (setting.Value.ValueKind == JsonValueKind.String ? setting.Value.GetString() : null) switch
        {
            "v0" => true,
            "volume" => false,
            _ => throw new FormatException("fee is \"volume\", or \"v0\" for the oldest formula."),
        };

    private static int Whole(JsonProperty setting) =>
        setting.Value.ValueKind == JsonValueKind.Number && setting.Value.TryGetInt32(out var number) && number >= 0
            ? number
            : throw new FormatException($"{setting.Name} is a whole number from 0.");
}
