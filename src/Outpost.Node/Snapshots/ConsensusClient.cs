using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.Node.Compute;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>The consensus service did not answer, or not as agreed; the message says which call and why.</summary>
public sealed class ConsensusCallException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Speaks to a consensus service: Powerloom's offchain-consensus, or Outpost's, which takes many votes in one request.
/// Throws <see cref="ConsensusCallException"/> for what a later try may mend.
/// </summary>
/// <param name="network">Carries every request; not disposed here.</param>
public sealed class ConsensusClient(ConsensusAccess options, HttpMessageHandler network, TimeProvider time)
    : IDisposable
{
    private const int MaxAnswerBytes = 4 * 1024 * 1024;

    // Outpost's service takes 2,000 and one MiB.
    private const int MostVotes = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly HttpMessageInvoker _http = new(network, disposeHandler: false);
    private volatile bool _takesOneByOne;

    /// <summary>The newest epoch that was released; null: none was yet.</summary>
    public async Task<Epoch?> CurrentEpochAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, options.EpochPath, null, cancellationToken);
        if (answer.Status is HttpStatusCode.NotFound)
        {
            return null;
        }

        return Read(answer, options.EpochPath, body => new Epoch(
            body.GetProperty("epochStartBlockHeight").GetInt64(), body.GetProperty("epochEndBlockHeight").GetInt64()));
    }

    /// <summary>From now on this snapshotter may vote on the project.</summary>
    public async Task RegisterAsync(string projectId, CancellationToken cancellationToken)
    {
        const string path = "/registerProjectPeer";
        var answer = await SendAsync(
            HttpMethod.Post, path, new JsonObject { ["projectID"] = projectId, ["instanceID"] = options.InstanceId },
            cancellationToken);
        ThrowUnlessOk(answer, path);
    }

    /// <summary>The service's answers to votes, in their order.</summary>
    public async Task<IReadOnlyList<VoteAnswer>> SubmitAsync(
        IReadOnlyList<SnapshotVote> votes, CancellationToken cancellationToken)
    {
        var answers = new List<VoteAnswer>(votes.Count);
        foreach (var some in votes.Chunk(MostVotes))
        {
            answers.AddRange(
                (some.Length > 1 && !_takesOneByOne ? await TogetherAsync(some, cancellationToken) : null)
                ?? await OneByOneAsync("/submitSnapshot", some, cancellationToken));
        }

        return answers;
    }

    /// <summary>What has become of votes that were taken, in their order.</summary>
    public Task<IReadOnlyList<VoteAnswer>> ConfirmAsync(
        IReadOnlyList<SnapshotVote> votes, CancellationToken cancellationToken) =>
        OneByOneAsync("/checkForSnapshotConfirmation", votes, cancellationToken);

    /// <summary>Tells the service what this node could not do, as Pooler does.</summary>
    /// <param name="severity">HIGH, MEDIUM, LOW or CLEARED.</param>
    public async Task ReportAsync(
        string severity, string issueType, string projectId, IReadOnlyList<long> epochEnds,
        CancellationToken cancellationToken)
    {
        const string path = "/reportIssue";
        var answer = await SendAsync(
            HttpMethod.Post, path,
            new JsonObject
            {
                ["instanceID"] = options.InstanceId,
                ["severity"] = severity,
                ["issueType"] = issueType,
                ["projectID"] = projectId,
                ["serviceName"] = "outpost",
                ["epochs"] = new JsonArray([.. epochEnds.Select(end => (JsonNode)end)]),
                ["timeOfReporting"] = time.GetUtcNow().ToUnixTimeSeconds(),
            },
            cancellationToken);
        ThrowUnlessOk(answer, path);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Null: the service has no such route, so it is the reference's.</summary>
    private async Task<IReadOnlyList<VoteAnswer>?> TogetherAsync(
        SnapshotVote[] votes, CancellationToken cancellationToken)
    {
        const string path = "/submitSnapshots";
        var answer = await SendAsync(
            HttpMethod.Post, path, new JsonArray([.. votes.Select(JsonNode (vote) => Body(vote))]), cancellationToken);
        if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            _takesOneByOne = true;
            return null;
        }

        return Read(answer, path, body => body.GetArrayLength() == votes.Length
            ? body.EnumerateArray().Select(VoteAnswer.Read).ToArray()
            : throw new FormatException($"{votes.Length} votes got {body.GetArrayLength()} answers"));
    }

    private async Task<IReadOnlyList<VoteAnswer>> OneByOneAsync(
        string path, IReadOnlyList<SnapshotVote> votes, CancellationToken cancellationToken)
    {
        var answers = new List<VoteAnswer>(votes.Count);
        foreach (var some in votes.Chunk(options.RequestsBeside))
        {
            answers.AddRange(await Task.WhenAll(some.Select(vote => OneAsync(path, vote, cancellationToken))));
        }

        return answers;
    }

    private async Task<VoteAnswer> OneAsync(string path, SnapshotVote vote, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Post, path, Body(vote), cancellationToken);
        return (int)answer.Status is >= 400 and < 500 && answer.Status is not HttpStatusCode.TooManyRequests
            ? new VoteAnswer.Refused(Excerpt(answer.Text))
            : Read(answer, path, VoteAnswer.Read);
    }

    private JsonObject Body(SnapshotVote vote) => new()
    {
        ["instanceID"] = options.InstanceId,
        ["projectID"] = vote.ProjectId,
        ["epoch"] = new JsonObject { ["begin"] = vote.Epoch.Begin, ["end"] = vote.Epoch.End },
        ["snapshotCID"] = vote.Cid,
    };

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(
        HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var request = new HttpRequestMessage(method, new Uri(options.Url, path));
        request.Content = body is null ? null : JsonContent.Create(body);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            var (text, isWhole) = await BoundedBody.ReadAsync(response, MaxAnswerBytes, either.Token);
            return isWhole ? (response.StatusCode, text) : throw Failed(path, "the answer is too long", null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(path, string.Create(
                CultureInfo.InvariantCulture, $"no answer within {Patience.TotalSeconds} s"), null);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw Failed(path, fault.Message, fault);
        }
    }

    private T Read<T>((HttpStatusCode Status, string Text) answer, string path, Func<JsonElement, T> read)
    {
        ThrowUnlessOk(answer, path);
        try
        {
            using var document = JsonDocument.Parse(answer.Text);
            return read(document.RootElement);
        }
        catch (Exception fault)
            when (fault is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw Failed(path, $"an answer that is not as agreed: {Excerpt(answer.Text)}", fault);
        }
    }

    private void ThrowUnlessOk((HttpStatusCode Status, string Text) answer, string path)
    {
        if (answer.Status is not HttpStatusCode.OK)
        {
            throw Failed(path, $"{(int)answer.Status} {Excerpt(answer.Text)}", null);
        }
    }

    // The service may repeat what it was sent, the secret too.
    private string Excerpt(string text) =>
        AnswerText.Excerpt(text.Replace(options.InstanceId, "…", StringComparison.OrdinalIgnoreCase));

    private ConsensusCallException Failed(string path, string problem, Exception? inner) =>
        new($"{options.Url.GetLeftPart(UriPartial.Authority)}{path}: {problem}", inner);
}
