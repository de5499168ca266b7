using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;

namespace Outpost.Consensus.Service;

/// <summary>Routes whose paths hold names, such as /series/{project}/head; all of them are for reading.</summary>
internal sealed class PathRoutes
{
    private readonly record struct Entry(
        string Path, string[] Parts, Func<HttpContext, string[], Task<Answer>> Answer);

    private readonly List<Entry> _entries = [];

    /// <summary>The paths as they were added.</summary>
    public IEnumerable<string> Paths => _entries.Select(entry => entry.Path);

    /// <param name="path">Parts in braces match anything; what stood there is given to the answer.</param>
    public void Add(string path, Func<HttpContext, string[], Task<Answer>> answer) =>
        _entries.Add(new Entry(path, path.Split('/'), answer));

    /// <summary>The route of a request's path.</summary>
    public Route? Find(string path)
    {
        var parts = path.Split('/');
        foreach (var entry in _entries)
        {
            if (entry.Parts.Length == parts.Length && Names(entry.Parts, parts) is { } names)
            {
                return new Route(IsPost: false, async http => await entry.Answer(http, names));
            }
        }

        return null;
    }

    private static string[]? Names(string[] pattern, string[] parts)
    {
        var names = new List<string>();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i].StartsWith('{'))
            {
                // The server leaves this one as it came, since it would make two parts of one.
                names.Add(parts[i].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
            }
            else if (pattern[i] != parts[i])
            {
                return null;
            }
        }

        return [.. names];
    }
}
