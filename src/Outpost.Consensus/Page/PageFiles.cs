using System.Reflection;
using Outpost.Consensus.Contract;

namespace Outpost.Consensus.Page;

/// <summary>The page and the description of the API, which are inside of the program.</summary>
internal static class PageFiles
{
    private static readonly (string Path, string File, string Type)[] All =
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/page.css", "page.css", "text/css; charset=utf-8"),
        ("/page.js", "page.js", "text/javascript; charset=utf-8"),
        ("/openapi.json", "openapi.json", "application/json"),
    ];

    /// <summary>Answers by their paths.</summary>
    public static IEnumerable<(string Path, Answer Answer)> Read() => All.Select(file =>
        (file.Path, new Answer(200, Bytes(file.File)) { ContentType = file.Type }));

    private static byte[] Bytes(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"page/{file}")
            ?? throw new InvalidOperationException($"The program holds no {file}.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
