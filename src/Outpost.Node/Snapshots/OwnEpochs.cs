using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>
/// Epochs that the node cuts itself, where there is no consensus service: blocks 0 to size - 1, and so on, each as soon
/// as its last block is as far behind the head as is wanted.
/// </summary>
internal sealed class OwnEpochs(EvmClient client, EpochCut cut, ILoggerFactory loggers) : IEpochSource
{
    public async IAsyncEnumerable<Epoch> NewestAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = -1L;
        var follower = new HeadFollower(client, new HeadOptions(), loggers);
        await foreach (var change in follower.FollowAsync(cancellationToken))
        {
            var last = ((change.Head.Number - cut.HeadOffset + 1) / cut.Size * cut.Size) - 1;
            if (last > told)
            {
                told = last;
                yield return new Epoch(last - cut.Size + 1, last);
            }
        }
    }
}
