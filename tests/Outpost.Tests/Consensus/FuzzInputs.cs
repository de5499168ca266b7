using System.Text;

namespace Outpost.Tests.Consensus;

/// <summary>
/// Draws requests to every route of the service: valid ones, ones that were valid before something became wrong with
/// them, and noise. The same seed draws the same.
/// </summary>
internal sealed class FuzzInputs
{
    /// <summary>Of requests that register: all others of them name nobody, so that few projects are made.</summary>
    private const int RegistersOneIn = 20;

    private static readonly string[] HeaderNames =
    [
        "X-Instance-ID", "X-Forwarded-For", "CF-Connecting-IP", "Origin", "Cookie", "Access-Control-Request-Method",
        "Access-Control-Request-Headers", "Content-Type", "Content-Length", "Accept", "Last-Event-ID", "Expect",
    ];

    private static readonly string[] HeaderValues =
    [
        ServiceWorld.IdOf("A"), ServiceWorld.IdOf("slow"), "127.0.0.1", "::1", "10.0.0.1, 127.0.0.1", "::ffff:10.0.0.1", "", ",,,",
        "fe80::1%1", "https://page.example", "POST", "content-type", "application/json", "0", "17", "99999999999", "-1", "*/*", "7",
        "text/event-stream", "100-continue",
    ];

    private static readonly string[] QueryNames =
        ["epoch", "page", "limit", "size", "from", "to", "votes", "project", "lastEventId", "stream"];

    private static readonly string[] Numbers =
    [
        "0", "1", "2", "3", "7", "100", "1000", "1001", "1010", "1020", "-1", "2147483647", "2147483648", "9223372036854775807",
        "9223372036854775808", "1e3", "+5", " 5", "0x10", "", "P", "false", "%31", "٣",
    ];

    private static readonly string[] Methods = ["POST", "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "post", "PRI"];

    private readonly Random _chance;
    private readonly ByteMutations _mutations;
    private readonly (string Path, byte[] Body)[] _posts;
    private readonly string[] _gets;

    /// <param name="signed">The body of a submission that is signed.</param>
    /// <param name="paths">All paths of the service, with names in braces.</param>
    public FuzzInputs(int seed, string signed, IEnumerable<string> paths)
    {
        _chance = new Random(seed);
        _mutations = new ByteMutations(_chance);
        var vote = Text("""{"instanceID":"§","projectID":"P","epoch":{"begin":1001,"end":1010},"snapshotCID":"X"}""");
        var other = Text("""{"projectID":"P","epoch":{"begin":"1011","end":"1020"},"snapshotCID":"Y","instanceID":"§"}""");
        var bulk = Text("""{"instanceID":"§","projectID":"P","epochs":[{"begin":1001,"end":1010},{"begin":1011,"end":1020}]}""");
        var issue = Text("""
            {"instanceID":"§","severity":"HIGH","issueType":"SKIP_EPOCH","projectID":"P","serviceName":"é\u00e9","epochs":[1010],
            "namespace":null,"extra":{"k":[1,{"v":"w"}]},"timeOfReporting":5,"noOfEpochsBehind":1}
            """);
        _posts =
        [
            ("registerProjectPeer", Bytes(Text("""{"projectID":"P","instanceID":"§"}"""))),
            ("submitSnapshot", Bytes(vote)), ("submitSnapshot", Bytes(other)), ("submitSnapshot", Bytes(signed)),
            ("submitSnapshots", Bytes($"[{vote},{other},{signed},{{}}]")),
            ("checkForSnapshotConfirmation", Bytes(vote)), ("epochStatus", Bytes(other)), ("epochStatus", Bytes(bulk)),
            ("reportIssue", Bytes(issue)),
        ];
        _gets = [.. paths.Select(path => path.TrimStart('/')).Where(path => !_posts.Any(post => post.Path == path))];
    }

    public FuzzInput Next()
    {
        var (method, path, query, body) = _chance.Next(10) < 6 ? Post() : Get();
        if (_chance.Next(50) == 0)
        {
            method = Methods[_chance.Next(Methods.Length)];
        }

        return new FuzzInput(method, path, query, Headers(), body);
    }

    private static string Text(string text) => text.Replace("§", ServiceWorld.IdOf("A"), StringComparison.Ordinal);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private (string Method, string Path, string Query, byte[] Body) Post()
    {
        var (path, body) = _posts[_chance.Next(_posts.Length)];
        var registers = path == "registerProjectPeer" && _chance.Next(RegistersOneIn) != 0;
        body = _chance.Next(20) switch
        {
            0 => body,
            1 => _mutations.Noise(),
            _ => _mutations.Mutate(registers ? body.AsSpan(..^2) : body),
        };
        return ("POST", _chance.Next(100) == 0 ? Path(path) : path, "", body);
    }

    private (string Method, string Path, string Query, byte[] Body) Get()
    {
        var path = Path(_gets[_chance.Next(_gets.Length)]);
        var query = string.Join('&', Enumerable.Range(0, _chance.Next(4)).Select(_ =>
            $"{QueryNames[_chance.Next(QueryNames.Length)]}={Mutated(Numbers[_chance.Next(Numbers.Length)], 4)}"));
        return ("GET", path, query, []);
    }

    /// <summary>A path with something in place of its names, and now and then something else wrong.</summary>
    private string Path(string pattern)
    {
        var path = string.Join('/', pattern.Split('/').Select(part => part switch
        {
            "{project}" => Mutated(_chance.Next(8) == 0 ? "a%2Fb" : "P", 4),
            "{alias}" => Mutated("A", 4),
            "{epoch}" => Mutated(_chance.Next(2) == 0 ? "1010" : Numbers[_chance.Next(Numbers.Length)], 4),
            _ => part,
        }));
        return Mutated(path, 10);
    }

    private List<(string Name, string Value)> Headers()
    {
        var headers = new List<(string, string)>();
        while (_chance.Next(3) == 0)
        {
            headers.Add((HeaderNames[_chance.Next(HeaderNames.Length)], Mutated(HeaderValues[_chance.Next(HeaderValues.Length)], 2)));
        }

        return headers;
    }

    /// <summary>The text, once in so many cases with something wrong; as a server has it, in whole characters.</summary>
    private string Mutated(string text, int oneIn) =>
        _chance.Next(oneIn) == 0 ? Encoding.UTF8.GetString(_mutations.Mutate(Bytes(text))) : text;
}
