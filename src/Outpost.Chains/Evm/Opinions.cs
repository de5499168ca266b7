using Outpost.Chains.Rpc;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>
/// Asks all endpoints of the chain side by side which block they have, where one endpoint's word is not enough: a node
/// that lies, or follows a branch of its own, is outvoted. Whoever does not answer has no vote; whoever has no such
/// block yet, does.
/// </summary>
internal static class Opinions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// True when more than half of those that answer show this block, and where there is one endpoint only.
    /// </summary>
    public static async Task<bool> IsAgreedAsync(
        EndpointSet set, long number, Hash32 hash, CancellationToken cancellationToken)
    {
        var asked = set.Candidates().Where(one => MayKnow(one.Health.State)).ToArray();
        if (asked.Length <= 1)
        {
            return true;
        }

        var votes = await Task.WhenAll(asked.Select(one => VoteAsync(set, one, number, hash, cancellationToken)));
        return 2 * votes.Count(vote => vote is true) > votes.Count(vote => vote is not null);
    }

    private static bool MayKnow(EndpointState state) =>
        state is not (EndpointState.WrongChain or EndpointState.Syncing or EndpointState.Forbidden);

    /// <summary>Null where it does not answer.</summary>
    private static async Task<bool?> VoteAsync(
        EndpointSet set, Endpoint endpoint, long number, Hash32 hash, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, set.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await set.TurnAsync(endpoint, either.Token);
            var answers = await ((EvmTransport)endpoint.Transport).AskAsync(
                [EvmRequests.Header(BlockId.At(number))], $"block {number}", either.Token);
            return answers.Values?[0].Hash == hash;
        }
        catch (ChainException e) when (e.Fault is ChainFault.NotFound)
        {
            return false;
        }
        catch (ChainException)
        {
            // The reads find out for themselves what is wrong with it.
            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
    }
}
