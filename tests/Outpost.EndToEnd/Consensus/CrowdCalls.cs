using System.Net;
using System.Text;
using System.Text.Json;

namespace Outpost.EndToEnd.Consensus;

/// <summary>What a crowd of snapshotters asks of the service, over plain HTTP.</summary>
internal sealed class CrowdCalls(IPEndPoint service, IReadOnlyList<string> instances) : IDisposable
{
    private const int Page = 1000;

    private readonly HttpClient _client = new(new SocketsHttpHandler())
    {
        BaseAddress = new Uri($"http://{service}"),
        DefaultRequestHeaders = { { "X-Instance-ID", instances[0] } },
    };

    public void Dispose() => _client.Dispose();

    /// <summary>The body of a vote.</summary>
    internal string VoteOf(CrowdRound round, CrowdVote vote) => $$"""
        {"instanceID":"{{instances[vote.Snapshotter]}}","projectID":"{{round.Project}}","snapshotCID":"{{vote.Cid}}",
        "epoch":{"begin":{{round.Epoch}},"end":{{round.Epoch}} } }
        """;

    /// <summary>Casts votes in one request.</summary>
    /// <returns>The answer to each of them.</returns>
    internal async Task<IReadOnlyList<string>> SubmitAsync(IEnumerable<string> votes, CancellationToken stop)
    {
        using var answers = JsonDocument.Parse(await PostAsync("/submitSnapshots", $"[{string.Join(',', votes)}]", stop));
        return [.. answers.RootElement.EnumerateArray().Select(answer => answer.GetRawText())];
    }

    internal Task<string> ConfirmAsync(CrowdRound round, CrowdVote vote, CancellationToken stop) =>
        PostAsync("/checkForSnapshotConfirmation", VoteOf(round, vote), stop);

    internal Task<string> StatesAsync(string project, IEnumerable<long> epochs, CancellationToken stop) => PostAsync(
        "/epochStatus",
        $$"""{"instanceID":"{{instances[0]}}","projectID":"{{project}}","epochs":["""
        + string.Join(',', epochs.Select(epoch => $$"""{"begin":{{epoch}},"end":{{epoch}}}""")) + "]}", stop);

    /// <summary>Which of the first epochs the metrics show as finalized.</summary>
    internal async Task<HashSet<long>> FinalizedAsync(string project, long last, CancellationToken stop)
    {
        var finalized = new HashSet<long>();
        for (var path = $"/metrics/{project}/epochs?page=1&limit={Page}"; path is not null;)
        {
            var page = await GetAsync(path, stop);
            finalized.UnionWith(page.GetProperty("data").GetProperty("epochs").EnumerateArray()
                .Where(epoch => epoch.GetProperty("finalized").GetBoolean())
                .Select(epoch => epoch.GetProperty("sourcechainEndheight").GetInt64())
                .Where(end => end <= last));
            path = page.GetProperty("next_page").GetString();
        }

        return finalized;
    }

    internal async Task<JsonElement> GetAsync(string path, CancellationToken stop) =>
        JsonSerializer.Deserialize<JsonElement>(await (await _client.GetAsync(path, stop)).Content.ReadAsStringAsync(stop));

    internal async Task WaitForEpochAsync(long epoch, TimeSpan patience, CancellationToken stop)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while ((await GetAsync("/currentEpoch", stop)).GetProperty("epochEndBlockHeight").GetInt64() < epoch)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < patience, $"Epoch {epoch} is not released.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
        }
    }

    private async Task<string> PostAsync(string path, string body, CancellationToken stop)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(path, content, stop);
        return await response.Content.ReadAsStringAsync(stop);
    }
}
