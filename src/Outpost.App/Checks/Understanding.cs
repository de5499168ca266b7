using System.Globalization;
using Outpost.App.Settings;
using Outpost.Chains.Cosmos;
using Outpost.Node;
using Outpost.Node.Losses;

namespace Outpost.App.Checks;

/// <summary>A configuration in words, for a person to compare with what was meant.</summary>
internal static class Understanding
{
    /// <summary>Neither a name and password nor a query, which may be secret.</summary>
    private const UriComponents ShownOfUrl = UriComponents.SchemeAndServer | UriComponents.Path;

    /// <param name="account">Null where no topic is served.</param>
    public static IEnumerable<(string Subject, string Text)> Of(Configuration configuration, Account? account) =>
    [
        .. account is null ? [] : OfNode(configuration, account),
        .. configuration.Consensus is { } consensus ? ConsensusUnderstanding.Of(consensus) : [],
        .. configuration.Snapshots is { } snapshots ? SnapshotProbe.Understanding(snapshots) : [],
    ];

    private static IEnumerable<(string Subject, string Text)> OfNode(Configuration configuration, Account account)
    {
        var node = configuration.Node;
        yield return ("chain", node.Chain.ChainId ?? "the one that the first endpoint serves");
        foreach (var endpoint in node.Chain.Endpoints)
        {
            yield return ("endpoint", Endpoint(endpoint));
        }

        yield return ("account", Key(configuration.Key, account));
        yield return ("lane", Lane(node.Lane));
        foreach (var topic in node.Topics)
        {
            foreach (var (role, entrypoint) in Trial.Entrypoints(topic))
            {
                yield return ($"topic {topic.Topic}", $"{role}, {Entrypoint(entrypoint)}");
            }

            if (topic.GroundTruth is not null)
            {
                yield return ($"topic {topic.Topic}", $"reputer, {Reputer(topic)}");
            }
        }

        yield return ("journal", node.JournalPath);
    }

    /// <summary>Without a query, which may hold a provider's key.</summary>
    public static string Endpoint(EndpointOptions endpoint) => endpoint.Kind == EndpointKind.Grpc
        ? $"grpc {endpoint.Url.Host}:{endpoint.Url.Port}{(endpoint.Url.Scheme == "http" ? " without TLS" : "")}"
        : $"{endpoint.Kind.ToString().ToLowerInvariant()} {endpoint.Url.GetLeftPart(UriPartial.Path).TrimEnd('/')}";

    /// <summary>What the topic is served as.</summary>
    public static IReadOnlyList<string> Roles(TopicOptions topic)
    {
        (string Role, EntrypointOptions? Entrypoint)[] all =
            [("inferer", topic.Inference), ("forecaster", topic.Forecast), ("reputer", topic.GroundTruth)];
        return [.. all.Where(one => one.Entrypoint is not null).Select(one => one.Role)];
    }

    private static string Reputer(TopicOptions topic)
    {
        (LossServiceOptions? Service, string Of)[] services =
            [(topic.Losses.Service, "loss service"), (topic.Losses.LabeledService, "loss service for labels")];
        var asked = services.Where(one => one.Service is not null)
            .Select(one => $"{one.Of} {one.Service!.Url.GetComponents(ShownOfUrl, UriFormat.UriEscaped)}").ToList();
        return (asked.Count > 0 ? string.Join(", ", asked) : topic.Loss is null ? "losses built in" : "losses as above")
            + topic.MinStakeUallo switch
            {
                null => ", stake as the chain wants it",
                { IsZero: true } => ", no stake added",
                { } stake => string.Create(CultureInfo.InvariantCulture, $", stake {stake:N0} uallo"),
            }
            + (topic.Losses.Small == SmallLoss.Refuse ? ", none sent where a loss is too small" : "");
    }

    private static string Entrypoint(EntrypointOptions entrypoint)
    {
        var where = entrypoint switch
        {
            HttpEntrypointOptions { LabeledUrlTemplate: { } labeled } http =>
                $"GET {http.UrlTemplate}, or {labeled} for labels",
            HttpEntrypointOptions http => $"GET {http.UrlTemplate}",
            ModuleEntrypointOptions module => $"module {module.Path}",
            ProcessEntrypointOptions process => $"process {process.Command[0]}",
            _ => entrypoint.GetType().Name,
        };
        return $"{where}, {DurationText.Format(entrypoint.AttemptTimeout)} an attempt"
            + (entrypoint.IsAskedAhead ? ", asked before the window opens" : "")
            + (entrypoint.Fallback is { } fallback ? $"; else {Entrypoint(fallback)}" : "")
            + (entrypoint.LastValueMaxAge is { } age ? $"; else its last value of {DurationText.Format(age)}" : "")
            + (entrypoint.Sanity is { } sanity ? $"; {(sanity.Stops ? "stopped" : "a warning")} if far off" : "");
    }

    private static string Key(KeySource source, Account account)
    {
        var from = source switch
        {
            KeySource.Stored stored => $"key \"{stored.Name}\" of the key store",
            KeySource.MnemonicFile file => $"mnemonic in {file.Path}",
            _ => "mnemonic in the configuration",
        };
        return account.Address is null ? from : $"{account.Address}, {from}";
    }

    private static string Lane(LaneOptions lane)
    {
        var price = lane.GasPriceUallo is { } fixedPrice
            ? $"{fixedPrice.ToString(CultureInfo.InvariantCulture)} uallo a unit"
            : "price of the fee market";
        var cap = lane.MaxFeeUallo is { } most ? $"at most {most} uallo a transaction" : "no cap on fees";
        var payer = lane.FeeGranter is { } granter ? $", paid by {granter}" : "";
        var gas = lane.GasAdjustment.ToString(CultureInfo.InvariantCulture);
        return $"gas × {gas}, {price}, {cap}{payer}{(lane.Submits ? "" : ", DRY RUN: nothing is broadcast")}";
    }
}
