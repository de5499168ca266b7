using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Node;

namespace Outpost.App.Settings;

/// <summary>
/// Reads Outpost's own format. The formats of other nodes are first translated into it, so that every rule about
/// a value stands here once; paths in messages are then those of the file.
/// </summary>
internal sealed partial class NativeFormat(SettingsSource source, ConfigurationFormat format, string folder)
{
    /// <summary>
    /// Far above all coins that will ever exist (10^9 ALLO of 10^18 uallo); only a slip of the hand is larger.
    /// </summary>
    internal static readonly BigInteger MostUallo = BigInteger.Pow(10, 60);

    private static readonly Setting[] EndpointKinds = [NativeSettings.Rpc, NativeSettings.Lcd, NativeSettings.Grpc];

    /// <summary>True when only entrypoints are to be tried.</summary>
    public bool IsTrial { get; init; }

    private bool _servesTopics = true;

    /// <summary>True where entrypoints are tried, or nothing but a consensus service runs: no key is missed.</summary>
    private bool MayLackChain => IsTrial || !_servesTopics;

    /// <summary>The configuration; not to be used when the source holds problems afterwards.</summary>
    public Configuration Read(JsonElement root)
    {
        var top = new SettingsSection(source, root, "");
        var consensus = top.IsWritten(NativeSettings.Consensus)
            ? new ConsensusFormat(source, isReference: false, folder).Read(top.Section(NativeSettings.Consensus.Name))
            : null;
        var snapshots = top.IsWritten("snapshots")
            ? new SnapshotFormat(source, folder).Read(top.Section("snapshots"))
            : null;
        _servesTopics = IsTrial || (consensus is null && snapshots is null) || top.IsWritten("topics");
        var node = new NodeOptions
        {
            Chain = ReadChain(top.Section("chain")),
            Lane = ReadLane(top.Section("lane")),
            Topics = _servesTopics ? new NativeTopics(source, format, folder, IsTrial).Read(top) : [],
            JournalPath = Beside(top.Text(NativeSettings.Journal) ?? "outpost.db"),
        };
        var key = ReadKey(top.Section("key"));
        top.RefuseUnknown();
        return new Configuration(source.File, format, node, key, source.Notes)
        {
            Consensus = consensus,
            Snapshots = snapshots,
        };
    }

    private CosmosOptions ReadChain(SettingsSection chain)
    {
        var network = ReadNetwork(chain);
        // The preset answers for the id: no default is to be told then.
        var id = network is null || chain.Has(NativeSettings.ChainId) ? chain.Text(NativeSettings.ChainId) : null;
        if (network is not null && id is not null && id != network.ChainId)
        {
            source.Problem(chain.At("id"), $"is \"{id}\", but the named network is {network.ChainId}",
                "leave out chain.id or chain.network");
        }

        IReadOnlyList<EndpointOptions> endpoints = ReadEndpoints(chain);
        if (endpoints.Count == 0)
        {
            endpoints = network?.Endpoints ?? [];
        }

        if (endpoints.Count == 0 && !MayLackChain && !chain.Has(NativeSettings.Network))
        {
            source.Problem(chain.At("endpoints"), "names no endpoint", format == ConfigurationFormat.Native
                ? "write [ { \"rpc\": \"https://…\" } ], or \"network\": \"allora-testnet\""
                : "write one, or set OUTPOST__CHAIN__NETWORK=allora-testnet");
        }

        var defaults = new CosmosOptions { Endpoints = endpoints };
        var options = defaults with
        {
            ChainId = id ?? network?.ChainId,
            Denom = chain.Text(NativeSettings.Denom) ?? defaults.Denom,
            AttemptTimeout = chain.Duration(
                NativeSettings.ChainTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2))
                ?? defaults.AttemptTimeout,
        };
        chain.RefuseUnknown();
        return options;
    }

    private CosmosOptions? ReadNetwork(SettingsSection chain)
    {
        if (!chain.Has(NativeSettings.Network) || chain.Text(NativeSettings.Network) is not { } name)
        {
            return null;
        }

        var network = KnownNetworks.Find(name);
        if (network is null)
        {
            var near = NearestName.Of(name, KnownNetworks.Names);
            source.Problem(chain.At("network"), $"\"{name}\" is no known network",
                near is null ? $"write {NativeSettings.Network.Takes}" : $"write \"{near}\"");
        }

        return network;
    }

    private List<EndpointOptions> ReadEndpoints(SettingsSection chain)
    {
        // The default matters to nobody who writes no gRPC endpoint.
        var isPlaintext = chain.Has(NativeSettings.GrpcInsecure) && chain.Flag(NativeSettings.GrpcInsecure) == true;
        var endpoints = new List<EndpointOptions>();
        foreach (var item in chain.List("endpoints"))
        {
            List<Setting> written = [.. EndpointKinds.Where(item.Has)];
            if (written.Count != 1)
            {
                source.Problem(item.Path, written.Count == 0 ? "names no endpoint" : "names more than one endpoint",
                    "write one of \"rpc\", \"lcd\" or \"grpc\" in each { }");
            }
            else if (item.Text(written[0]) is { } text)
            {
                var kind = written[0] == NativeSettings.Rpc ? EndpointKind.Rpc
                    : written[0] == NativeSettings.Lcd ? EndpointKind.Lcd : EndpointKind.Grpc;
                var (endpoint, wrong, instead) = EndpointText.Parse(kind, text, isPlaintext);
                if (endpoint is null)
                {
                    source.Problem(item.At(written[0].Name), wrong, instead);
                }
                else
                {
                    endpoints.Add(endpoint);
                }
            }

            item.RefuseUnknown();
        }

        return endpoints;
    }

    private KeySource.MnemonicText ReadMnemonic(SettingsSection key, string text)
    {
        try
        {
            if (text.Length > 0)
            {
                _ = Mnemonic.Parse(text);
            }
        }
        catch (MnemonicException problem)
        {
            source.Problem(key.At("mnemonic"), problem.Message.TrimEnd('.'),
                "write the words as they were given to you");
        }

        source.Note(NoteKind.Warning, key.At("mnemonic"), "the mnemonic stands here in plain text, and whoever reads "
            + "it owns the account; move it into the key store with 'outpost keys import NAME --from-config FILE' "
            + "and name it by key.name or OUTPOST__KEY__NAME");
        return new KeySource.MnemonicText(new Secret(text));
    }

    private KeySource ReadKey(SettingsSection key)
    {
        var ways = new[] { NativeSettings.KeyName, NativeSettings.MnemonicFile, NativeSettings.Mnemonic };
        var passphraseFile = key.Has(NativeSettings.PassphraseFile) ? key.Text(NativeSettings.PassphraseFile) : null;
        var given = ways.Where(key.Has).ToList();
        // The environment wins over the file, also where it takes another way to a key.
        var overridden = given.Where(key.IsOverridden).ToList();
        given = overridden.Count > 0 ? overridden : given;
        key.RefuseUnknown();
        if (given.Count == 0 && MayLackChain)
        {
            return new KeySource.Stored("", null);
        }

        if (given.Count != 1)
        {
            source.Problem("key", given.Count == 0 ? "is missing" : "gives more than one key",
                format != ConfigurationFormat.Native
                ? "write the mnemonic, or run 'outpost keys import NAME' and set OUTPOST__KEY__NAME=NAME"
                : "write one of \"name\" (a key of 'outpost keys new'), \"mnemonicFile\" or \"mnemonic\"");
            return new KeySource.Stored("", null);
        }

        var text = key.Text(given[0]) ?? "";
        if (given[0] == NativeSettings.KeyName)
        {
            return new KeySource.Stored(text, passphraseFile is null ? null : Beside(passphraseFile));
        }

        if (given[0] == NativeSettings.MnemonicFile)
        {
            return new KeySource.MnemonicFile(Beside(text));
        }

        return ReadMnemonic(key, text);
    }

    private LaneOptions ReadLane(SettingsSection lane)
    {
        var defaults = new LaneOptions();
        var options = new LaneOptions
        {
            GasAdjustment = lane.Number(NativeSettings.GasAdjustment, 1, 10) ?? defaults.GasAdjustment,
            GasPriceUallo = lane.NumberOr("auto", NativeSettings.GasPrice, 0, 1_000_000_000_000_000_000),
            GasPriceMaxAge = lane.Duration(
                NativeSettings.GasPriceMaxAge, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
                ?? defaults.GasPriceMaxAge,
            MaxFeeUallo = lane.WholeNumber(NativeSettings.MaxFee, 1, MostUallo),
            FeeGranter = lane.Has(NativeSettings.FeeGranter) ? lane.Text(NativeSettings.FeeGranter) : null,
            Submits = lane.Flag(NativeSettings.Submits) ?? defaults.Submits,
        };
        if (options.FeeGranter is { } granter && !AlloraAddress().IsMatch(granter))
        {
            source.Problem(lane.At("feeGranter"), $"\"{granter}\" is no account of Allora", "write an allo1… address");
        }

        if (!options.Submits)
        {
            source.Note(NoteKind.Warning, lane.At("submits"),
                "is false: a dry run, everything happens but the broadcast; set it to true to take part");
        }

        lane.RefuseUnknown();
        return options;
    }

    private string Beside(string path) => path == ":memory:" ? path : Path.GetFullPath(path, folder);

    [GeneratedRegex("^allo1[02-9ac-hj-np-z]{38,58}$")]
    private static partial Regex AlloraAddress();
}
