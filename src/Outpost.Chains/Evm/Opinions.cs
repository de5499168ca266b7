using Outpost.Chains.Rpc;

namespace Outpost.Chains.Evm;

/// <summary>
/// Asks all endpoints side by side which block they have, before one endpoint's word makes the chain leave blocks: a
/// node that lies, or follows a branch of its own, is outvoted.
/// </summary>
internal static class Opinions
{
    // Whoever is silent for longer has no vote.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="known">The block that was known in its place; null: none is.</param>
    /// <returns>True when more show the block than the known one, or nobody else is there.</returns>
    public static async Task<bool> IsSharedAsync(
        EndpointSet set, EvmHeader shown, EvmHeader? known, CancellationToken cancellationToken)
    {
        var asked = set.Candidates().Where(one => set.IsGood(one)).ToArray();
        if (asked.Length <= 1)
        {
            return true;
        }

        var hashes = await Task.WhenAll(asked.Select(one => HashAsync(set, one, shown.Number, cancellationToken)));
        return hashes.Count(hash => hash == shown.Hash) > hashes.Count(hash => hash is not null && hash == known?.Hash);
    }

    /// <summary>Null where it has none to show.</summary>
    private static async Task<Hash32?> HashAsync(
        EndpointSet set, Endpoint endpoint, long number, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, set.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await set.TurnAsync(endpoint, either.Token);
            var answers = await ((EvmTransport)endpoint.Transport).AskAsync(
                [EvmRequests.Header(BlockId.At(number))], $"block {number}", either.Token);
            return answers.Values?[0].Hash;
        }
        catch (ChainException e)
        {
            if (EndpointSet.IsOfEndpoint(e))
            {
                set.Failed(endpoint, e);
            }

            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
    }
}
