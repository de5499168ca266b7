using Microsoft.Extensions.Logging;

namespace Outpost.Chains.Rpc;

/// <summary>What is said of endpoints in the log: when one is left, and when it is back.</summary>
internal sealed partial class EndpointLog(ILogger logger)
{
    public void Left(Endpoint endpoint, TimeSpan wait, ChainException problem, bool isNew)
    {
        // The same state once more is no news.
        var level = isNew ? LogLevel.Warning : LogLevel.Debug;
        EndpointLeft(level, endpoint.Name, wait.TotalSeconds, problem.Fault, problem.Message);
    }

    public void Silent(Endpoint endpoint, ChainException problem) => EndpointSilent(endpoint.Name, problem.Message);

    /// <summary>Called just before it is in use again.</summary>
    public void IsBackIfLeft(Endpoint endpoint)
    {
        if (endpoint.Health.IsLeft)
        {
            EndpointIsBack(endpoint.Name);
        }
    }

    public void WentBack(long from, long to) => HeightWentBack(from, to);

    [LoggerMessage(LogLevel.Warning,
        "Block {From} was claimed and no endpoint stands by it: block {To} is the newest that counts.")]
    private partial void HeightWentBack(long from, long to);

    [LoggerMessage(LogLevel.Information, "Endpoint {Endpoint} works again.")]
    private partial void EndpointIsBack(string endpoint);

    [LoggerMessage("Endpoint {Endpoint} is left for {Seconds:0.0} s ({Fault}): {Problem}")]
    private partial void EndpointLeft(
        LogLevel level, string endpoint, double seconds, ChainFault fault, string problem);

    [LoggerMessage(LogLevel.Debug, "Endpoint {Endpoint} is left until it answers a look: {Problem}")]
    private partial void EndpointSilent(string endpoint, string problem);
}
