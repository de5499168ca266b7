using System.Net.Sockets;
using System.Text;
using Outpost.EndToEnd.Processes;

namespace Outpost.EndToEnd.Consensus;

/// <summary>
/// What no client sends, over real sockets: lines that are no HTTP, bodies that come too slowly or never end, and
/// connections that say nothing. It is refused or cut off within a bound, and meanwhile others are served.
/// </summary>
public sealed class HostileCallerTests(ITestOutputHelper output)
{
    private const string Instance = "bad00000-0000-4000-8000-000000000001";
    private const string Project = "hostile_pairContract_0001";
    private const int IdleConnections = 1000;
    private const int LongestAnswer = 64 << 10;

    /// <summary>A byte a second is refused when a body is slow for five seconds, a head after half a minute.</summary>
    private static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(60);

    /// <summary>For what is refused at once, on a machine that does much else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Before a caller who got no answer says that no more comes.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly string[] Heads =
    [
        "\r\n\r\n", "GET\r\n\r\n", "GET /currentEpoch\r\n\r\n", "GET  /currentEpoch HTTP/1.1\r\n\r\n", "/currentEpoch HTTP/1.1\r\n\r\n",
        "GET /currentEpoch HTTP/9.9\r\nHost: a\r\n\r\n", "GET /currentEpoch HTTP/1.1\r\n\r\n", "GET currentEpoch HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /currentEpoch HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /currentEpoch HTTP/1.1\r\nHost: \0\r\n\r\n",
        "GET /metrics/%00/epochs HTTP/1.1\r\nHost: a\r\n\r\n", "GET /metrics/%zz%/epochs HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /metrics/%ff%fe/epochs HTTP/1.1\r\nHost: a\r\n\r\n", "GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://elsewhere/currentEpoch HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /currentEpoch HTTP/1.1\r\nHost: a\r\nName with blanks: 1\r\n\r\n", "GET /currentEpoch HTTP/1.1\r\nHost: a\r\n: 1\r\n\r\n",
        "GET /currentEpoch HTTP/1.1\r\nHost: a\r\nOrigin: https://é.example\r\n\r\n",
        "GET /currentEpoch HTTP/1.1\r\nHost: a\r\nOrigin: https://é.example\r\nCookie: a=b\r\n\r\n",
        "OPTIONS /submitSnapshot HTTP/1.1\r\nHost: a\r\nOrigin: https://é.example\r\nAccess-Control-Request-Method: POST\r\n\r\n",
        "OPTIONS /submitSnapshot HTTP/1.1\r\nHost: a\r\nOrigin: a\r\nAccess-Control-Request-Method: POST\r\n"
            + "Access-Control-Request-Headers: é\r\n\r\n",
        "GET /events HTTP/1.1\r\nHost: a\r\nX-Instance-ID: é\r\n\r\n",
        "POST /submitSnapshot HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /submitSnapshot HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /submitSnapshot HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n",
        "POST /submitSnapshot HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "POST /submitSnapshot HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "POST /submitSnapshot HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
        "POST /submitSnapshot HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n{}",
        "POST /submitSnapshot HTTP/1.1\r\nHost: a\r\n\r\n", "POST /submitSnapshot HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}",
        "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", "GET / HTTP/1.1\nHost: a\n\n", new string('A', 20_000),
        $"GET /{new string('a', 20_000)} HTTP/1.1\r\nHost: a\r\n\r\n",
        $"GET /currentEpoch HTTP/1.1\r\nHost: a\r\nLong: {new string('a', 50_000)}\r\n\r\n",
        "GET /currentEpoch HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Range(0, 300).Select(n => $"H{n}: 1\r\n")) + "\r\n",
    ];

    [Fact]
    public async Task Who_sends_no_http_or_sends_it_slowly_is_cut_off_and_others_are_served()
    {
        var stop = TestContext.Current.CancellationToken;
        using var place = await ConsensusPlace.CreateAsync([Instance], TimeSpan.FromMilliseconds(100), "60s", stop);
        await place.StartAsync(stop);
        await place.RegisterAsync([Instance], [Project], stop);
        using var others = new CrowdCalls(place.Endpoint, [Instance]);
        var slowHead = CutOffAsync(place, "GET /currentEpoch HTTP/1.1\r\n", HeadPatience, stop);
        var slowBody = CutOffAsync(
            place, "POST /submitSnapshot HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n", BodyPatience, stop);
        var slowChunks = CutOffAsync(
            place, "POST /submitSnapshots HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n", BodyPatience, stop);

        foreach (var head in Heads)
        {
            var answer = await SendAsync(place, Encoding.UTF8.GetBytes(head), stop);
            Assert.False(answer.StartsWith("HTTP/1.1 500", StringComparison.Ordinal), $"{head[..Math.Min(200, head.Length)]}\n{answer}");
            await AssertServedAsync(others, stop);
        }

        Assert.StartsWith("HTTP/1.1 413", await EndlessBodyAsync(place, stop), StringComparison.Ordinal);
        var slowest = await BesideIdleConnectionsAsync(place, others, stop);
        output.WriteLine(
            $"{Heads.Length} malformed heads; cut off: a slow head after {await slowHead:F0} s, slow bodies after "
            + $"{await slowBody:F0} and {await slowChunks:F0} s; beside {IdleConnections} idle connections the slowest of "
            + $"100 votes took {slowest.TotalMilliseconds:F0} ms");
        Assert.True(slowest < Patience, $"{slowest}");
        Assert.DoesNotContain(place.Program.Lines, line => line.Contains("A fault ended", StringComparison.Ordinal));
    }

    private static async Task AssertServedAsync(CrowdCalls others, CancellationToken stop) =>
        Assert.True((await others.GetAsync("/currentEpoch", stop)).GetProperty("epochEndBlockHeight").GetInt64() > 0);

    private static async Task<Socket> ConnectAsync(ConsensusPlace place, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(place.Endpoint, stop);
        return socket;
    }

    /// <summary>Sends bytes and nothing more.</summary>
    /// <returns>What came back before the connection was closed, or before anything more could come.</returns>
    private static async Task<string> SendAsync(ConsensusPlace place, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        using var socket = await ConnectAsync(place, stop);
        try
        {
            await socket.SendAsync(bytes, stop);
            var answer = new byte[LongestAnswer];
            var reading = socket.ReceiveAsync(answer, stop).AsTask();
            if (await Task.WhenAny(reading, Task.Delay(Pause, TimeProvider.System, stop)) != reading)
            {
                // It waits for more, which does not come.
                socket.Shutdown(SocketShutdown.Send);
            }

            var read = await reading.WaitAsync(Patience, TimeProvider.System, stop);
            return Encoding.UTF8.GetString(answer, 0, read);
        }
        catch (SocketException)
        {
            // It was closed before all was taken.
            return "";
        }
    }

    /// <summary>Sends the beginning of a request, and then a byte a second.</summary>
    /// <returns>The seconds until it was refused or closed.</returns>
    private static async Task<double> CutOffAsync(
        ConsensusPlace place, string beginning, TimeSpan patience, CancellationToken stop)
    {
        using var socket = await ConnectAsync(place, stop);
        var begun = TimeProvider.System.GetTimestamp();
        await socket.SendAsync(Encoding.ASCII.GetBytes(beginning), stop);
        var cutOff = socket.ReceiveAsync(new byte[LongestAnswer], stop).AsTask();
        while (!cutOff.IsCompleted)
        {
            var elapsed = TimeProvider.System.GetElapsedTime(begun);
            Assert.True(elapsed < patience, $"Not cut off after {elapsed}: {beginning}");
            await Task.WhenAny(cutOff, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stop));
            await TrySendAsync(socket, "a"u8.ToArray(), stop);
        }

        await cutOff.ContinueWith(_ => { }, stop, TaskContinuationOptions.None, TaskScheduler.Default);
        return TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
    }

    /// <summary>Sends chunk after chunk, as long as they are taken.</summary>
    private static async Task<string> EndlessBodyAsync(ConsensusPlace place, CancellationToken stop)
    {
        using var socket = await ConnectAsync(place, stop);
        await socket.SendAsync("POST /submitSnapshot HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), stop);
        var answer = new byte[LongestAnswer];
        var answered = socket.ReceiveAsync(answer, stop).AsTask();
        var chunk = Encoding.ASCII.GetBytes($"1000\r\n{new string(' ', 0x1000)}\r\n");
        var begun = TimeProvider.System.GetTimestamp();
        while (!answered.IsCompleted && await TrySendAsync(socket, chunk, stop))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, "An endless body is read without an end.");
        }

        return Encoding.UTF8.GetString(answer, 0, await answered);
    }

    private static async Task<bool> TrySendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        try
        {
            await socket.SendAsync(bytes, stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The slowest vote of another caller while many connections say nothing, or half of something.</summary>
    private static async Task<TimeSpan> BesideIdleConnectionsAsync(
        ConsensusPlace place, CrowdCalls others, CancellationToken stop)
    {
        var idle = new List<Socket>();
        try
        {
            while (idle.Count < IdleConnections)
            {
                idle.Add(await ConnectAsync(place, stop));
                await idle[^1].SendAsync(Encoding.ASCII.GetBytes(idle.Count % 2 == 0 ? "" : "GET /currentE"), stop);
            }

            var slowest = TimeSpan.Zero;
            for (var epoch = 1; epoch <= 100; epoch++)
            {
                await others.WaitForEpochAsync(epoch, HeadPatience, stop);
                var begun = TimeProvider.System.GetTimestamp();
                var round = new CrowdRound(Project, epoch, [], []);
                var answer = Assert.Single(await others.SubmitAsync([others.VoteOf(round, new CrowdVote(0, "bafkx"))], stop));
                Assert.Contains("\"FINALIZED\"", answer, StringComparison.Ordinal);
                var took = TimeProvider.System.GetElapsedTime(begun);
                slowest = took > slowest ? took : slowest;
            }

            return slowest;
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }
}
