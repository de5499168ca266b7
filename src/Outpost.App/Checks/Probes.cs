using System.Runtime.CompilerServices;
using Outpost.App.Commands;
using Outpost.App.Settings;

namespace Outpost.App.Checks;

/// <summary>All probes of a configuration, in the order in which a person would look.</summary>
internal sealed class Probes(Configuration configuration, AccountLookup account, CommandSurroundings surroundings)
{
    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        yield return new Finding(Grade.Ok, configuration.File, account.Address ?? "" + surroundings.IsInteractive);
    }
}
