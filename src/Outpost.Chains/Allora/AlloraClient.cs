using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Wire;
using Outpost.Chains.Wire.Emissions.Query;
using WireTopic = Outpost.Chains.Wire.Emissions.Query.Topic;

namespace Outpost.Chains.Allora;

/// <summary>The queries of the emissions module, in our words: here those of every node and of workers.</summary>
public sealed class AlloraClient
{
    private static readonly EmissionsVersion[] NewestFirst = [EmissionsVersion.V10, EmissionsVersion.V9];

    // Racing detections find the same; the last one to write is as good as the first.
    private volatile Detected? _detected;

    private readonly CosmosClient _cosmos;

    public AlloraClient(CosmosClient cosmos)
    {
        _cosmos = cosmos;
        Reputers = new ReputerQueries(this, cosmos);
        Network = new NetworkQueries(this);
    }

    /// <summary>What reputers ask.</summary>
    public ReputerQueries Reputers { get; }

    /// <summary>What the network made of everybody's work.</summary>
    public NetworkQueries Network { get; }

    /// <summary>Detected at first use, and again when a query path vanishes (a chain upgrade).</summary>
    public async Task<EmissionsVersion> VersionAsync(CancellationToken cancellationToken) =>
        (_detected ?? await DetectAsync(cancellationToken)).Version;

    /// <summary>Asks the chain anew: a message it cannot decode is the first sign of an upgrade.</summary>
    public async Task<EmissionsVersion> DetectAgainAsync(CancellationToken cancellationToken) =>
        (await DetectAsync(cancellationToken)).Version;

    /// <summary>Null when the topic does not exist.</summary>
    public async Task<Topic?> TopicAsync(TopicId topic, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetTopicRequest { TopicId = topic.Value };
            var reply = await AskAsync("GetTopic", request, GetTopicResponse.Parser, cancellationToken);
            return reply.Topic is { } found ? Read(found) : null;
        }
        catch (ChainException e) when (e.Fault is ChainFault.NotFound or ChainFault.Refused)
        {
            var request = new TopicExistsRequest { TopicId = topic.Value };
            var reply = await AskAsync("TopicExists", request, TopicExistsResponse.Parser, cancellationToken);
            if (!reply.Exists)
            {
                return null;
            }

            throw;
        }
    }

    /// <summary>One query where the chain has it (v0.12.2 and later), else put together from older ones.</summary>
    public async Task<WorkerWindow> WorkerWindowAsync(
        TopicId topic, string address, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(cancellationToken);
        if (_detected is not { HasWindowStatus: false })
        {
            try
            {
                var request = new GetWorkerSubmissionWindowStatusRequest { TopicId = topic.Value, Address = address };
                var status = await AskAsync("GetWorkerSubmissionWindowStatus", request,
                    GetWorkerSubmissionWindowStatusResponse.Parser, cancellationToken);
                return Read(status);
            }
            catch (ChainException e) when (e.Fault is ChainFault.UnknownPath)
            {
                _detected = (_detected ?? new Detected(version, true)) with { HasWindowStatus = false };
            }
        }

        return await OlderWorkerWindow.AskAsync(this, _cosmos, topic, address, cancellationToken);
    }

    /// <summary>In uallo.</summary>
    public async Task<BigInteger> RegistrationFeeAsync(CancellationToken cancellationToken) => Amount(
        (await ParamsAsync(cancellationToken)).RegistrationFee, "GetParams", "registration fee");

    /// <summary>
    /// Whether the inference of this worker is stored under this nonce; only known after the window has closed.
    /// </summary>
    public async Task<bool> HasInferenceAsync(
        TopicId topic, Height nonce, string address, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetInferencesAtBlockRequest { TopicId = topic.Value, BlockHeight = nonce.Value };
            var reply = await AskAsync(
                "GetInferencesAtBlock", request, GetInferencesAtBlockResponse.Parser, cancellationToken);
            return reply.Inferences?.Inferences_.Any(inference => inference.Inferer == address) == true;
        }
        catch (ChainException e) when (Refusals.SaysNotFound(e))
        {
            return false;
        }
    }

    /// <summary>A query under the detected version's name; detects again when the name is not known any more.</summary>
    internal Task<TReply> AskAsync<TReply>(
        string method, IMessage request, MessageParser<TReply> parser, CancellationToken cancellationToken)
        where TReply : IMessage<TReply> => AskAsync(
        version => _cosmos.QueryAsync(Path(version, method), request, parser, cancellationToken), cancellationToken);

    /// <summary>The same where versions answer in different layouts.</summary>
    internal async Task<T> AskAsync<T>(Func<EmissionsVersion, Task<T>> ask, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(cancellationToken);
        try
        {
            return await ask(version);
        }
        catch (ChainException e) when (e.Fault is ChainFault.UnknownPath)
        {
            var now = (await DetectAsync(cancellationToken)).Version;
            if (now == version)
            {
                throw;
            }

            return await ask(now);
        }
    }

    internal Task<TReply> AskAsync<TReply>(
        EmissionsVersion version, string method, IMessage request, MessageParser<TReply> parser,
        CancellationToken cancellationToken)
        where TReply : IMessage<TReply> =>
        _cosmos.QueryAsync(Path(version, method), request, parser, cancellationToken);

    internal async Task<Params> ParamsAsync(CancellationToken cancellationToken) =>
        (await AskAsync("GetParams", new GetParamsRequest(), GetParamsResponse.Parser, cancellationToken)).Params
            ?? new Params();

    internal static BigInteger Amount(string text, string method, string what) =>
        BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            ? amount
            : throw new ChainException(
                ChainFault.BadReply, $"query {method}", null, $"the {what} '{text}' is not an amount");

    private static string Path(EmissionsVersion version, string method) =>
        $"/emissions.v{(int)version}.QueryService/{method}";

    private async Task<Detected> DetectAsync(CancellationToken cancellationToken)
    {
        foreach (var version in NewestFirst)
        {
            try
            {
                await _cosmos.QueryAsync(
                    Path(version, "GetParams"), new GetParamsRequest(), GetParamsResponse.Parser, cancellationToken);
            }
            catch (ChainException e) when (e.Fault is ChainFault.UnknownPath)
            {
                continue;
            }

            var known = _detected;
            return known?.Version == version ? known : _detected = new Detected(version, HasWindowStatus: true);
        }

        throw new ChainException(ChainFault.UnknownPath, "detect the emissions version", null,
            "the chain answers neither emissions.v10 nor v9; it is no Allora chain, or newer than this program");
    }

    private static Topic Read(WireTopic topic)
    {
        var isMulti = topic.OutputArity == TopicOutputArity.Multi;
        return new Topic(
            new TopicId(topic.Id), topic.Metadata, topic.EpochLength, topic.WorkerSubmissionWindow,
            new Height(topic.EpochLastEnded), topic.LossMethod, topic.AllowNegative, isMulti)
        {
            GroundTruthLagBlocks = topic.GroundTruthLag,
            Epsilon = Parameter(topic.Epsilon),
            Labels = isMulti
                ? new LabelRules([.. topic.LabelWhitelist], topic.MaxLabelsPerSubmission, topic.RequireUnity,
                    Parameter(topic.UnityTolerance))
                : null,
        };
    }

    /// <summary>A parameter beyond what actors may send is none of ours to refuse: it reads 0.</summary>
    private static DecimalText Parameter(string text) =>
        DecimalText.TryParse(text, out var value, out _) ? value : default;

    private static WorkerWindow Read(GetWorkerSubmissionWindowStatusResponse status) =>
        new(status.IsOpen, new Height(status.CurrentNonceBlockHeight), new Height(status.WindowEndBlock),
            new Height(status.NextWindowStartBlock), status.IsRegistered, status.IsWhitelisted, status.IsTopicActive);

    private sealed record Detected(EmissionsVersion Version, bool HasWindowStatus);
}
