using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;

namespace Outpost.Consensus.Service;

/// <summary>One route, found.</summary>
internal readonly record struct Route(bool IsPost, Func<HttpContext, Task<Answer?>> AnswerAsync);

/// <summary>All routes by their paths; a new one is added in <see cref="ConsensusHost"/>.</summary>
internal sealed class Routes(MetricsRoutes metrics)
{
    private const string Metrics = "/metrics/";
    private readonly Dictionary<string, Route> _byPath = new(StringComparer.Ordinal);

    public void Post(string path, Func<HttpContext, Task<Answer>> answerAsync) =>
        _byPath.Add(path, new Route(true, async http => await answerAsync(http)));

    public void Get(string path, Func<HttpContext, Task<Answer>> answerAsync) =>
        _byPath.Add(path, new Route(false, async http => await answerAsync(http)));

    public Route? Find(string path)
    {
        if (_byPath.TryGetValue(path, out var route))
        {
            return route;
        }

        // The server has decoded all but this, since it is no separator.
        return path.StartsWith(Metrics, StringComparison.Ordinal)
            ? new Route(false, http => metrics.AnswerAsync(http,
                [.. path[Metrics.Length..].Split('/').Select(part =>
                    part.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase))]))
            : null;
    }
}
