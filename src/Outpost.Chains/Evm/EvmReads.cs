using Outpost.Chains.Rpc;

namespace Outpost.Chains.Evm;

/// <summary>
/// Asks questions in as few requests as the endpoints take: each part goes to the best endpoint and on to the next, and
/// is asked in smaller parts where one refuses it. What is asked at the same moment is asked once.
/// </summary>
internal sealed class EvmReads(EndpointSet set, CancellationToken stopped)
{
    /// <summary>Requests under way for one read; more would only wait for each other at the provider.</summary>
    public const int MaxBeside = 4;

    private readonly Singleflight _flights = new(stopped);

    /// <summary>What the endpoint that is asked first takes.</summary>
    public EvmLimits Limits =>
        ((EvmTransport)(set.Candidates() is [var best, ..] ? best : set.All[0]).Transport).Limits;

    public Task<IReadOnlyList<T>> AskAsync<T>(
        IReadOnlyList<EvmRequest<T>> questions, string operation, Freshness freshness,
        CancellationToken cancellationToken)
        where T : class => _flights.AllAsync(
            questions, (mine, token) => InPartsAsync(mine, Limits.Calls, operation, freshness, token),
            cancellationToken);

    public async Task<T> AskAsync<T>(
        EvmRequest<T> question, string operation, Freshness freshness, CancellationToken cancellationToken)
        where T : class => (await AskAsync([question], operation, freshness, cancellationToken))[0];

    private async Task<IReadOnlyList<T>> InPartsAsync<T>(
        IReadOnlyList<EvmRequest<T>> questions, int size, string operation, Freshness freshness,
        CancellationToken cancellationToken)
        where T : class
    {
        var answers = new List<T>(questions.Count);
        foreach (var some in questions.Chunk(Math.Max(1, size)).Chunk(MaxBeside))
        {
            var parts = await Task.WhenAll(
                some.Select(part => PartAsync(part, operation, freshness, cancellationToken)));
            answers.AddRange(parts.SelectMany(part => part));
        }

        return answers;
    }

    private async Task<IReadOnlyList<T>> PartAsync<T>(
        EvmRequest<T>[] part, string operation, Freshness freshness, CancellationToken cancellationToken)
        where T : class
    {
        var answers = await set.ReadAsync(
            operation,
            (EvmTransport transport, CancellationToken token) => transport.AskAsync(part, operation, token),
            freshness, cancellationToken);

        // Each split is into at most half, so that this ends.
        return answers.Values
            ?? await InPartsAsync(
                part, Math.Min(answers.SplitTo, part.Length / 2), operation, freshness, cancellationToken);
    }
}
