using System.Runtime.CompilerServices;
using Outpost.Chains.Rpc;

namespace Outpost.Chains.Cosmos;

/// <summary>What an endpoint says is its newest block: a claim, until the block itself is there.</summary>
internal sealed record HeadClaim(Endpoint From, long Height);

/// <summary>Asks all endpoints side by side for their newest block; none can hold up the others.</summary>
internal sealed class NewestHead(EndpointSet endpoints, TimeProvider time)
{
    /// <summary>Longer is not waited for an endpoint that others can stand in for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>As they come in. Endpoints that fail, are syncing or serve another chain say nothing.</summary>
    public async IAsyncEnumerable<HeadClaim> AskAsync(
        Endpoint? except, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = endpoints.Candidates().Where(one => one != except)
            .Select(endpoint => AskOneAsync(endpoint, enough.Token)).ToList();
        try
        {
            await foreach (var answer in Task.WhenEach(asked))
            {
                if (await answer is { } claim)
                {
                    yield return claim;
                }
            }
        }
        finally
        {
            // Whoever has heard enough does not wait for the rest.
            await enough.CancelAsync();
            await ((Task)Task.WhenAll(asked)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The most preferred endpoint that answers.</summary>
    public Task<HeadClaim> AskBestAsync(CancellationToken cancellationToken) =>
        endpoints.ReadAsync(
            "head",
            async (ITransport transport, CancellationToken token) =>
            {
                var head = await transport.HeadAsync(token);
                return new HeadClaim(endpoints.All.First(one => one.Is(transport)), head.Height);
            },
            cancellationToken);

    /// <summary>
    /// The newest block that an endpoint has told of in whatever it was asked, where it works and is further than this.
    /// </summary>
    public HeadClaim? ToldBeyond(long height) =>
        endpoints.Furthest() is { } endpoint && endpoints.HeightOf(endpoint) is var told && told > height
            ? new HeadClaim(endpoint, told)
            : null;

    /// <summary>False for an endpoint that is taken out of use, also while a socket to it is open.</summary>
    public bool IsInUse(Endpoint endpoint) => endpoints.Candidates().Contains(endpoint);

    /// <summary>
    /// The pace that the headers of the best endpoint show; zero where the chain lacks them, having hardly begun.
    /// </summary>
    public async Task<TimeSpan> PaceAsync(int sample, CancellationToken cancellationToken)
    {
        try
        {
            return await endpoints.ReadAsync<ITransport, TimeSpan>("block time",
                (transport, token) => BlockClock.AverageAsync(transport, sample, token), cancellationToken);
        }
        catch (ChainException e) when (e.Fault is ChainFault.NotFound or ChainFault.UnknownPath)
        {
            return TimeSpan.Zero;
        }
    }

    private async Task<HeadClaim?> AskOneAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var head = await endpoint.Transport.HeadAsync(either.Token);
            if (endpoints.Problem(endpoint, head) is { } problem)
            {
                endpoints.Failed(endpoint, problem);
                return null;
            }

            return new HeadClaim(endpoint, head.Height);
        }
        catch (ChainException e) when (EndpointSet.IsOfEndpoint(e))
        {
            endpoints.Failed(endpoint, e);
            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            endpoints.Failed(endpoint, new ChainException(ChainFault.Timeout, "head", endpoint.Url,
                $"no answer within {Patience.TotalSeconds:0.#} s"));
            return null;
        }
        catch (OperationCanceledException)
        {
            // Others have said enough, or the reader has stopped.
            return null;
        }
    }
}
