using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Outpost.Benchmarks;

/// <summary>Votes to cast: every snapshotter, on every project, in one epoch of one block after the other.</summary>
internal sealed record VotesToCast(IReadOnlyList<string> Snapshotters, IReadOnlyList<string> Projects, int Epochs)
{
    internal int PerEpoch => Snapshotters.Count * Projects.Count;

    internal int Total => PerEpoch * Epochs;

    /// <summary>The body of a vote. One in ten is for another snapshot than the rest.</summary>
    internal string Body(int vote)
    {
        var snapshotter = Snapshotters[vote % Snapshotters.Count];
        var project = vote / Snapshotters.Count % Projects.Count;
        var epoch = 1 + vote / PerEpoch;
        var opinion = vote % 10 == 9 ? "wrong" : "right";
        var cid = $"bafkreib{opinion}{project:d4}{epoch:d8}{new string('a', 34)}";
        return "{" + $"""
            "instanceID":"{snapshotter}","projectID":"{Projects[project]}",
            """ + $$"""
            "epoch":{"begin":{{epoch}},"end":{{epoch}}},"snapshotCID":"{{cid}}"}
            """;
    }
}

/// <summary>What a load came to. Times run from before a request is written to its whole answer being read.</summary>
internal sealed record LoadResult(int Accepted, int Refused, TimeSpan Took, Samples Milliseconds)
{
    internal double PerSecond => Accepted / Took.TotalSeconds;
}

/// <summary>
/// Casts votes over plain sockets, on several connections that each keep a number of requests under way; it costs far
/// less than what it drives, since both share the machine.
/// </summary>
internal sealed class SubmissionLoad(IPEndPoint service, VotesToCast votes)
{
    private const int LargestAnswer = 64 << 10;

    private IPEndPoint _service = service;
    private int _next;

    /// <summary>The service listens elsewhere from now on.</summary>
    internal void MoveTo(IPEndPoint service) => _service = service;

    /// <summary>The votes before this one are left out.</summary>
    internal void SkipTo(int vote) => _next = vote;

    /// <summary>Casts the next <paramref name="count"/> votes, each in a request of its own.</summary>
    internal Task<LoadResult> SingleAsync(
        int count, int connections, int underWay, CancellationToken cancellationToken) => RunAsync(
            count, connections, underWay, 1, vote => Request("/submitSnapshot", votes.Body(vote)), cancellationToken);

    /// <summary>Casts the next <paramref name="count"/> votes, <paramref name="size"/> of them in a request.</summary>
    internal Task<LoadResult> BatchedAsync(
        int count, int connections, int size, CancellationToken cancellationToken) => RunAsync(
            count, connections, 1, size,
            first => Request(
                "/submitSnapshots", $"[{string.Join(',', Enumerable.Range(first, size).Select(votes.Body))}]"),
            cancellationToken);

    private async Task<LoadResult> RunAsync(
        int count, int connections, int underWay, int votesOfRequest, Func<int, byte[]> request,
        CancellationToken cancellationToken)
    {
        var first = _next;
        var end = first + count;
        if (end > votes.Total)
        {
            throw new InvalidOperationException($"There are {votes.Total} votes to cast, not {end}.");
        }

        // Made ahead: what is measured is the service, not the writing of texts.
        var requests = new byte[count / votesOfRequest][];
        Parallel.For(0, requests.Length, number => requests[number] = request(first + number * votesOfRequest));
        GC.Collect();
        var taken = new Taken { Requests = requests };
        var begun = TimeProvider.System.GetTimestamp();
        var done = await Task.WhenAll(Enumerable.Range(0, connections)
            .Select(_ => Task.Run(() => ConnectionAsync(taken, underWay, cancellationToken), cancellationToken)));
        var took = TimeProvider.System.GetElapsedTime(begun);
        _next = first + requests.Length * votesOfRequest;
        return new LoadResult(
            done.Sum(one => one.Accepted), done.Sum(one => one.Refused), took,
            new Samples(done.SelectMany(one => one.Milliseconds)));
    }

    private async Task<Tally> ConnectionAsync(Taken taken, int underWay, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        await socket.ConnectAsync(_service, cancellationToken);
        var tally = new Tally();
        var (writing, answer) = (new byte[LargestAnswer], new byte[LargestAnswer]);
        while (true)
        {
            var from = Interlocked.Add(ref taken.Next, underWay) - underWay;
            var until = Math.Min(from + underWay, taken.Requests.Length);
            if (from >= until)
            {
                return tally;
            }

            var begun = TimeProvider.System.GetTimestamp();
            await SendAsync(socket, taken.Requests.AsMemory(from, until - from), writing, cancellationToken);
            var have = 0;
            for (var left = until - from; left > 0;)
            {
                var read = await socket.ReceiveAsync(answer.AsMemory(have), cancellationToken);
                if (read == 0)
                {
                    throw new InvalidOperationException("The service closed a connection under load.");
                }

                have += read;
                var used = 0;
                while (Answer.TryRead(answer.AsSpan(used, have - used), out var one))
                {
                    used += one.Length;
                    left--;
                    tally.Accepted += one.Accepted;
                    tally.Refused += one.Refused;
                    tally.Milliseconds.Add(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
                }

                answer.AsSpan(used, have - used).CopyTo(answer);
                have -= used;
            }
        }
    }

    /// <summary>Several small requests leave in one write, as a pipelining client sends them.</summary>
    private static async Task SendAsync(
        Socket socket, ReadOnlyMemory<byte[]> requests, byte[] writing, CancellationToken cancellationToken)
    {
        var filled = 0;
        for (var number = 0; number < requests.Length; number++)
        {
            var request = requests.Span[number];
            if (filled + request.Length > writing.Length)
            {
                await socket.SendAsync(writing.AsMemory(0, filled), cancellationToken);
                filled = 0;
            }

            if (request.Length > writing.Length)
            {
                await socket.SendAsync(request, cancellationToken);
                continue;
            }

            request.CopyTo(writing, filled);
            filled += request.Length;
        }

        if (filled > 0)
        {
            await socket.SendAsync(writing.AsMemory(0, filled), cancellationToken);
        }
    }

    private byte[] Request(string path, string body) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: {_service}\r\nContent-Type: application/json\r\n"
        + $"Content-Length: {body.Length}\r\n\r\n{body}");

    private sealed class Taken
    {
        public int Next;

        public required byte[][] Requests { get; init; }
    }

    private sealed class Tally
    {
        public int Accepted { get; set; }

        public int Refused { get; set; }

        public List<double> Milliseconds { get; } = [];
    }

    /// <summary>Reads no more of an answer than tells whether each vote in it was taken.</summary>
    private readonly record struct Answer(int Length, int Accepted, int Refused)
    {
        internal static bool TryRead(ReadOnlySpan<byte> bytes, out Answer answer)
        {
            answer = default;
            var head = bytes.IndexOf("\r\n\r\n"u8);
            if (head < 0)
            {
                return false;
            }

            var body = head + 4;
            var length = body + ContentLength(bytes[..head]);
            if (bytes.Length < length)
            {
                return false;
            }

            var text = bytes[body..length];
            var accepted = text.Count("\"ACCEPTED\""u8) + text.Count("\"FINALIZED\""u8);
            var isRefused = !bytes.StartsWith("HTTP/1.1 200"u8) || accepted == 0;
            answer = new Answer(length, accepted, isRefused ? 1 : 0);
            return true;
        }

        private static int ContentLength(ReadOnlySpan<byte> head)
        {
            // Uvicorn writes the name in small letters, Kestrel does not.
            var small = head.IndexOf("ontent-length: "u8);
            var at = small >= 0 ? small : head.IndexOf("ontent-Length: "u8);
            return at >= 0 && Utf8Parser.TryParse(head[(at + 15)..], out int length, out _)
                ? length
                : throw new InvalidOperationException(
                    $"An answer without its length: {Encoding.ASCII.GetString(head)}");
        }
    }
}
