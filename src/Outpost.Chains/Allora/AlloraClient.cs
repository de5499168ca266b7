using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Wire.Emissions.Query;
using WireTopic = Outpost.Chains.Wire.Emissions.Query.Topic;

namespace Outpost.Chains.Allora;

/// <summary>The queries of the emissions module that a worker needs, in our words.</summary>
public sealed class AlloraClient(CosmosClient cosmos)
{
    private static readonly EmissionsVersion[] NewestFirst = [EmissionsVersion.V10, EmissionsVersion.V9];

    // Racing detections find the same; the last one to write is as good as the first.
    private volatile Detected? _detected;

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

        return await OlderWorkerWindow.AskAsync(this, cosmos, topic, address, cancellationToken);
    }

    /// <summary>In uallo.</summary>
    public async Task<BigInteger> RegistrationFeeAsync(CancellationToken cancellationToken)
    {
        var reply = await AskAsync("GetParams", new GetParamsRequest(), GetParamsResponse.Parser, cancellationToken);
        var text = reply.Params?.RegistrationFee ?? "";
        return BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var fee)
            ? fee
            : throw new ChainException(ChainFault.BadReply, "query GetParams", null,
                $"the registration fee '{text}' is not an amount");
    }

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
    internal async Task<TReply> AskAsync<TReply>(
        string method, IMessage request, MessageParser<TReply> parser, CancellationToken cancellationToken)
        where TReply : IMessage<TReply>
    {
        var version = await VersionAsync(cancellationToken);
        try
        {
            return await cosmos.QueryAsync(Path(version, method), request, parser, cancellationToken);
        }
        catch (ChainException e) when (e.Fault is ChainFault.UnknownPath)
        {
            var now = (await DetectAsync(cancellationToken)).Version;
            if (now == version)
            {
                throw;
            }

            return await cosmos.QueryAsync(Path(now, method), request, parser, cancellationToken);
        }
    }

    private static string Path(EmissionsVersion version, string method) =>
        $"/emissions.v{(int)version}.QueryService/{method}";

    private async Task<Detected> DetectAsync(CancellationToken cancellationToken)
    {
        foreach (var version in NewestFirst)
        {
            try
            {
                await cosmos.QueryAsync(
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
            "the chain answers neither emissions.v10 nor emissions.v9; it is no Allora chain, or newer than this program");
    }

    private static Topic Read(WireTopic topic) =>
        new(new TopicId(topic.Id), topic.Metadata, topic.EpochLength, topic.WorkerSubmissionWindow,
            new Height(topic.EpochLastEnded), topic.LossMethod, topic.AllowNegative,
            topic.OutputArity == TopicOutputArity.Multi);

    private static WorkerWindow Read(GetWorkerSubmissionWindowStatusResponse status) =>
        new(status.IsOpen, new Height(status.CurrentNonceBlockHeight), new Height(status.WindowEndBlock),
            new Height(status.NextWindowStartBlock), status.IsRegistered, status.IsWhitelisted, status.IsTopicActive);

    private sealed record Detected(EmissionsVersion Version, bool HasWindowStatus);
}
