using System.Net;
using System.Numerics;
using Outpost.Chains.Evm;
using Outpost.Chains.Keys;
using Outpost.Chains.Rpc;
using Outpost.Consensus.Epochs;
using Outpost.Consensus.Rounds;
using Outpost.Consensus.Service;
using Outpost.Consensus.Store;
using Outpost.Sdk.Evm;

namespace Outpost.App.Settings;

/// <summary>Reads the consensus service's native form.</summary>
/// <param name="folder">Where relative paths start.</param>
internal sealed class ConsensusFormat(SettingsSource source, bool isReference, string folder)
{
    private static readonly ConsensusOptions Defaults = new();

    /// <summary>What was understood; problems stand in the source.</summary>
    public ConsensusConfiguration Read(SettingsSection top)
    {
        var streams = ReadStreams(top, out var projects);
        var store = ReadStore(top);
        var options = new ConsensusOptions
        {
            Listen = ReadListen(top),
            Store = store,
            KeyFile = ReadKeyFile(top, store),
            Domain = ReadDomain(top, streams),
            Window = top.Duration(ConsensusSettings.Window, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
                ?? Defaults.Window,
            WindowStart = ReadWindowStart(top),
            Criteria = new Criteria(
                Whole(top, ConsensusSettings.MinCount, 1, 1_000_000, Defaults.Criteria.MinSnapshotterCount),
                Whole(top, ConsensusSettings.Percentage, 1, 100, Defaults.Criteria.Percentage)),
            VotesKept = top.Duration(ConsensusSettings.VotesKept, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650))
                ?? Defaults.VotesKept,
            PublicRateLimit = ReadRateLimit(top, ConsensusSettings.PublicRateLimit, Defaults.PublicRateLimit)?.Text
                ?? Defaults.PublicRateLimit,
            HistoryLength = Whole(top, ConsensusSettings.History, 1, 100_000, Defaults.HistoryLength),
            TrustedProxies = ReadProxies(top),
            Streams = [.. streams.Select(one => one.Stream)],
            ProjectStreams = projects,
        };
        if (options.Criteria.Percentage <= 50)
        {
            source.Note(NoteKind.Warning, top.At("percentage"),
                "is 50 or less: a CID can win at once that most have not voted for; 51 and more cannot");
        }

        top.RefuseUnknown();
        return new ConsensusConfiguration(source.File, isReference, options, streams, source.Notes);
    }

    private IPEndPoint ReadListen(SettingsSection top)
    {
        if (top.Text(ConsensusSettings.Listen) is not { } text)
        {
            return Defaults.Listen;
        }

        // A name other than localhost would be looked up, and could come to several addresses.
        var address = text.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase);
        if (IPEndPoint.TryParse(address, out var endpoint) && address.LastIndexOf(':') > address.LastIndexOf(']'))
        {
            return endpoint;
        }

        source.Problem(top.At("listen"), $"\"{text}\" is no address with a port", "write such as 0.0.0.0:9030");
        return Defaults.Listen;
    }

    private string ReadStore(SettingsSection top)
    {
        var text = top.Text(ConsensusSettings.Store) ?? Defaults.Store;
        if (!ConsensusStore.IsPostgres(text))
        {
            return Path.GetFullPath(text, folder);
        }

        if (ConsensusStore.DoubtOf(text) is { } doubt)
        {
            source.Problem(top.At("store"), $"is no PostgreSQL connection string ({doubt})",
                "write such as Host=…;Port=…;Database=…;Username=…");
            return Defaults.Store;
        }

        return text;
    }

    /// <summary>Null: beside the store, with .key; a database has no place beside it.</summary>
    private string? ReadKeyFile(SettingsSection top, string store) =>
        top.Text(ConsensusSettings.KeyFile) is { } key ? Path.GetFullPath(key, folder)
        : ConsensusStore.IsPostgres(store) ? Path.GetFullPath("consensus.key", folder)
        : null;

    private TypedDomain ReadDomain(SettingsSection top, List<StreamSettings> streams)
    {
        var chainId = (ulong?)top.WholeNumber(ConsensusSettings.DomainChainId, 0, long.MaxValue)
            ?? (ulong)streams[0].Stream.ChainId;
        EvmAddress contract = default;
        if (top.Text(ConsensusSettings.DomainContract) is { } text
            && !EvmAddress.TryParse(text, out contract, out var problem))
        {
            source.Problem(top.At("domainContract"), $"\"{text}\" {problem}", "write 0x and 40 hex digits");
        }

        return Defaults.Domain with { ChainId = chainId, VerifyingContract = contract };
    }

    private WindowStart ReadWindowStart(SettingsSection top)
    {
        switch (top.Text(ConsensusSettings.WindowStart))
        {
            case null or "firstSubmission":
                return WindowStart.FirstSubmission;
            case "epochRelease":
                return WindowStart.EpochRelease;
            case var other:
                source.Problem(top.At("windowStart"), $"\"{other}\" is neither",
                    $"write {ConsensusSettings.WindowStart.Takes}");
                return WindowStart.FirstSubmission;
        }
    }

    private RateLimitText? ReadRateLimit(SettingsSection section, Setting setting, string? otherwise)
    {
        if ((section.Text(setting) ?? otherwise) is not { } text)
        {
            return null;
        }

        if (!RateLimitText.TryParse(text, out var limit, out var problem))
        {
            source.Problem(section.At(setting.Name), problem, $"write such as {Defaults.PublicRateLimit}");
        }

        return limit;
    }

    private List<IPNetwork> ReadProxies(SettingsSection top)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in top.Texts(ConsensusSettings.Proxies) ?? [])
        {
            if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(text, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                source.Problem(top.At("trustedProxies"), $"\"{text}\" is no address and no network",
                    "write such as 10.0.0.0/8");
            }
        }

        return networks;
    }

    private List<StreamSettings> ReadStreams(SettingsSection top, out Dictionary<string, EpochStream> projects)
    {
        projects = new Dictionary<string, EpochStream>(StringComparer.Ordinal);
        var sections = top.List("streams");
        if (sections.Count == 0)
        {
            return [.. Defaults.Streams.Select(stream => new StreamSettings(stream))];
        }

        var streams = new List<StreamSettings>();
        foreach (var section in sections)
        {
            var stream = ReadStream(section);
            if (streams.Exists(other => other.Stream == stream.Stream))
            {
                source.Problem(section.Path, $"the stream {stream.Stream} is given twice", "keep one of them");
            }

            streams.Add(stream);
            foreach (var project in section.Texts(ConsensusSettings.Projects) ?? [])
            {
                if (!projects.TryAdd(project, stream.Stream))
                {
                    source.Problem(section.At("projects"), $"\"{project}\" is in two streams", "keep one of them");
                }
            }

            section.RefuseUnknown();
        }

        return streams;
    }

    private StreamSettings ReadStream(SettingsSection section)
    {
        var stream = new EpochStream(
            Whole(section, ConsensusSettings.ChainId, 0, int.MaxValue, 1),
            Whole(section, ConsensusSettings.EpochSize, 1, 1_000_000, 10),
            Whole(section, ConsensusSettings.HeadOffset, 0, 1_000_000, 2));
        var defaults = new StreamSettings(stream);
        return defaults with
        {
            BlockTime = section.Duration(
                ConsensusSettings.BlockTime, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1))
                ?? defaults.BlockTime,
            BeginBlock = (long)(section.WholeNumber(ConsensusSettings.BeginBlock, 0, long.MaxValue / 2) ?? 0),
            RequestTimeout = section.Duration(
                ConsensusSettings.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2))
                ?? defaults.RequestTimeout,
            Endpoints = ReadUrls(section, ConsensusSettings.Endpoints, "https"),
            Sockets = ReadUrls(section, ConsensusSettings.Sockets, "wss"),
            RateLimit = ReadRateLimit(section, ConsensusSettings.RateLimit, null),
            Head = ReadHead(section),
        };
    }

    /// <param name="scheme">The safe one; without its last letter it is taken too.</param>
    private List<Uri> ReadUrls(SettingsSection section, Setting setting, string scheme)
    {
        var urls = new List<Uri>();
        foreach (var text in section.Texts(setting) ?? [])
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var url)
                && (url.Scheme == scheme || url.Scheme == scheme[..^1]))
            {
                urls.Add(url);
            }
            else
            {
                source.Problem(section.At(setting.Name), $"\"{text}\" is no such URL",
                    $"write such as {scheme}://eth.example.com");
            }
        }

        return urls;
    }

    private BlockId ReadHead(SettingsSection section)
    {
        switch (section.Text(ConsensusSettings.Head))
        {
            case null or "latest":
                return BlockId.Latest;
            case "safe":
                return BlockId.Safe;
            case "finalized":
                return BlockId.Finalized;
            case var other:
                source.Problem(section.At("head"), $"\"{other}\" is none", $"write {ConsensusSettings.Head.Takes}");
                return BlockId.Latest;
        }
    }

    private static int Whole(
        SettingsSection section, Setting setting, BigInteger least, BigInteger most, int otherwise) =>
        (int?)section.WholeNumber(setting, least, most) ?? otherwise;
}
