using System.Globalization;
using System.Net;
using Outpost.Chains.Evm;
using Outpost.Chains.Rpc;
using Outpost.Node;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Evm;

namespace Outpost.App.Settings;

/// <summary>Reads the section "snapshots".</summary>
/// <param name="folder">Where relative paths start.</param>
internal sealed class SnapshotFormat(SettingsSource source, string folder)
{
    private const long Ethereum = 1;
    private const long MulticallOnEthereum = 14_353_601;

    /// <summary>Beside the program, one folder for each.</summary>
    private static readonly string ModulesFolder = Path.Combine(AppContext.BaseDirectory, "modules");

    /// <summary>What was understood; problems stand in the source.</summary>
    public SnapshotConfiguration Read(SettingsSection section)
    {
        var defaults = new SnapshotOptions { Chain = ReadChain(section), Projects = [] };
        var cut = new EpochCut(
            (int?)section.WholeNumber(SnapshotSettings.EpochSize, 1, 1_000_000) ?? defaults.Cut.Size,
            (int?)section.WholeNumber(SnapshotSettings.HeadOffset, 0, 1_000_000) ?? defaults.Cut.HeadOffset);
        var options = defaults with
        {
            Consensus = ReadConsensus(section),
            Cut = cut,
            Scale = new EpochScale(
                (long?)section.WholeNumber(SnapshotSettings.FirstBlock, 0, long.MaxValue / 2)
                    ?? defaults.Scale.FirstBlock,
                section.Duration(
                    SnapshotSettings.BlockTime, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1))
                    ?? defaults.Scale.BlockTime),
            Listen = ReadListen(section),
            MaxBackfill = (int?)section.WholeNumber(SnapshotSettings.Backfill, 0, 100_000) ?? defaults.MaxBackfill,
            StorePath = Path.GetFullPath(section.Text(SnapshotSettings.Store) ?? defaults.StorePath, folder),
        };
        var name = section.Text(SnapshotSettings.Namespace);
        if (name is null)
        {
            source.Problem(section.At("namespace"), "is missing", "write what all snapshotters of the network have");
        }

        var projects = section.List("projects").Select(ReadProject).ToList();
        if (projects.Count == 0)
        {
            source.Problem(section.At("projects"), "names no project",
                "write [ { \"type\": …, \"module\": …, \"contracts\": [ … ] } ]");
        }

        var aggregates = section.List("aggregates").Select(ReadAggregate).ToList();
        section.RefuseUnknown();
        return new SnapshotConfiguration(options, projects, aggregates, name ?? "");
    }

    private IPEndPoint? ReadListen(SettingsSection section)
    {
        if (section.Text(SnapshotSettings.Listen) is not { } text)
        {
            return null;
        }

        // A name other than localhost would be looked up, and could come to several addresses.
        var address = text.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase);
        if (IPEndPoint.TryParse(address, out var endpoint) && address.LastIndexOf(':') > address.LastIndexOf(']'))
        {
            return endpoint;
        }

        source.Problem(section.At("listen"), $"\"{text}\" is no address with a port", "write such as 127.0.0.1:8002");
        return null;
    }

    private EvmOptions ReadChain(SettingsSection section)
    {
        var endpoints = section.List("endpoints").Select(ReadEndpoint).OfType<EvmEndpointOptions>().ToList();
        if (endpoints.Count == 0)
        {
            source.Problem(section.At("endpoints"), "names no endpoint", "write [ { \"url\": \"https://…\" } ]");
            endpoints.Add(new EvmEndpointOptions(new Uri("http://127.0.0.1")));
        }

        var chainId = (long?)section.WholeNumber(SnapshotSettings.ChainId, 0, long.MaxValue);
        var defaults = new EvmOptions { Endpoints = endpoints };
        return defaults with
        {
            ChainId = chainId,
            AttemptTimeout = section.Duration(
                SnapshotSettings.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2))
                ?? defaults.AttemptTimeout,
            MulticallFrom = (long?)section.WholeNumber(SnapshotSettings.MulticallFrom, 0, long.MaxValue)
                ?? (chainId == Ethereum ? MulticallOnEthereum : null),
        };
    }

    private EvmEndpointOptions? ReadEndpoint(SettingsSection section)
    {
        RateLimitText? limit = null;
        if (section.Text(SnapshotSettings.RateLimit) is { } text
            && !RateLimitText.TryParse(text, out limit, out var problem))
        {
            source.Problem(section.At("rateLimit"), problem, "write such as 300/minute;10/second");
        }

        var perSecond = (double?)section.Number(SnapshotSettings.PerSecond, 0.01m, 1_000_000);
        var url = section.Text(SnapshotSettings.Url) is { } written ? Url(section.At("url"), written) : null;
        if (url is null && !section.IsWritten(SnapshotSettings.Url))
        {
            source.Problem(section.At("url"), "is missing", "write such as https://eth.example.com");
        }

        section.RefuseUnknown();
        return url is null ? null : new EvmEndpointOptions(url) { Limit = limit, RequestsPerSecond = perSecond };
    }

    private ConsensusAccess? ReadConsensus(SettingsSection section)
    {
        var id = section.Has(SnapshotSettings.InstanceId) ? section.Text(SnapshotSettings.InstanceId) : null;
        var path = section.Text(SnapshotSettings.EpochPath);
        var interval = section.Duration(
            SnapshotSettings.PollInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        if (section.Text(SnapshotSettings.Consensus) is not { } text)
        {
            return null;
        }

        if (id is null)
        {
            source.Problem(section.At("instanceId"), "is missing",
                $"set {SnapshotSettings.InstanceId.EnvironmentName} to what 'outpost snapshotter add' printed");
        }

        if (Url(section.At("consensus"), text) is not { } url)
        {
            return null;
        }

        var access = new ConsensusAccess(url) { InstanceId = id ?? "" };
        return access with
        {
            EpochPath = path ?? access.EpochPath,
            PollInterval = interval ?? access.PollInterval,
        };
    }

    private ProjectSpec ReadProject(SettingsSection section)
    {
        var type = section.Text(SnapshotSettings.Type);
        var module = section.Text(SnapshotSettings.Module);
        foreach (var (name, given) in new[] { ("type", type), ("module", module) })
        {
            if (given is null && !section.IsWritten(name))
            {
                source.Problem(section.At(name), "is missing", "docs/snapshots.md has examples");
            }
        }

        var contracts = new List<EvmAddress>();
        foreach (var text in section.Texts(SnapshotSettings.Contracts) ?? [])
        {
            if (!EvmAddress.TryParse(text, out var contract, out var problem))
            {
                source.Problem(section.At("contracts"), $"\"{text}\" {problem}", "write 0x and 40 hex digits");
            }
            else if (contracts.Contains(contract))
            {
                source.Problem(section.At("contracts"), $"\"{text}\" is given twice", "keep one of them");
            }
            else
            {
                contracts.Add(contract);
            }
        }

        if (contracts.Count == 0 && !section.IsWritten(SnapshotSettings.Contracts))
        {
            source.Problem(section.At("contracts"), "names no contract", "write [ \"0x…\" ]");
        }

        var processor = new ModuleSource(
            PathOf(module ?? ""), section.Text(SnapshotSettings.Class),
            section.Whole(SnapshotSettings.ProcessorSettings));
        section.RefuseUnknown();
        return new ProjectSpec(type ?? "", processor, contracts);
    }

    private AggregateSpec ReadAggregate(SettingsSection section)
    {
        var (type, module) = (
            section.Text(SnapshotSettings.AggregateType), section.Text(SnapshotSettings.AggregateModule));
        var each = section.Has(SnapshotSettings.Each) ? section.Text(SnapshotSettings.Each) : null;
        var of = section.Texts(SnapshotSettings.Of);
        if (type is null || module is null)
        {
            source.Problem(section.Path, "lacks type or module", "docs/snapshots.md has examples");
        }

        if ((each is null) == (of is null))
        {
            source.Problem(section.Path, each is null ? "says nothing of what it is made of" : "has each and of",
                "write one of \"each\": \"TYPE\" and \"of\": [ \"TYPE or id\", … ]");
        }

        var processor = new ModuleSource(
            PathOf(module ?? ""), section.Text(SnapshotSettings.AggregateClass),
            section.Whole(SnapshotSettings.AggregateSettings));
        section.RefuseUnknown();
        return new AggregateSpec(type ?? "", processor, each is not null
            ? new AggregateMembers.EachOf(each)
            : new AggregateMembers.AllOf(of ?? []));
    }

    /// <summary>A name without a folder and without an ending is a module that comes with the program.</summary>
    private string PathOf(string module) =>
        module.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || module.AsSpan().ContainsAny('/', '\\')
            ? Path.GetFullPath(module, folder)
            : Path.Combine(ModulesFolder, module, module + ".dll");

    private Uri? Url(string path, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        source.Problem(path, string.Create(CultureInfo.InvariantCulture, $"\"{text}\" is no http(s) URL"),
            "write such as https://eth.example.com");
        return null;
    }
}
