#pragma warning disable CS9113 // until the parameters are read
using System.Numerics;
using Outpost.Chains.Cosmos;

namespace Outpost.Chains.Allora;

/// <summary>The queries of the emissions module that a worker needs, in our words.</summary>
public sealed class AlloraClient(CosmosClient cosmos)
{
    /// <summary>Detected at first use, and again when a query path vanishes (a chain upgrade).</summary>
    public Task<EmissionsVersion> VersionAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Null when the topic does not exist.</summary>
    public Task<Topic?> TopicAsync(TopicId topic, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public Task<WorkerWindow> WorkerWindowAsync(TopicId topic, string address, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>In uallo.</summary>
    public Task<BigInteger> RegistrationFeeAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// Whether the inference of this worker is stored under this nonce; only known after the window has closed.
    /// </summary>
    public Task<bool> HasInferenceAsync(
        TopicId topic, Height nonce, string address, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
