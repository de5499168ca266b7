using Outpost.EndToEnd.Outsider;
using Outpost.EndToEnd.Processes;

namespace Outpost.EndToEnd.Consensus;

/// <summary>The consensus service, used by clients that were written for the one it replaces.</summary>
public sealed class ClientContractTests
{
    [Fact]
    public Task Clients_of_the_reference_find_the_contract_that_they_know() => OutsiderScript.AssertAllPassAsync(
        "consensus-clients.mjs", null, atLeast: 41, "dotnet", OutpostProcess.Program);
}
