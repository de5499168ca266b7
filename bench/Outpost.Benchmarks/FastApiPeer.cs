using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Outpost.EndToEnd;

namespace Outpost.Benchmarks;

/// <summary>
/// The peer of the consensus service: FastAPI on gunicorn with two uvicorn workers, before a Redis of its own, all on
/// loopback and from Debian's packages.
/// </summary>
internal sealed class FastApiPeer : IDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("outpost-peer-").FullName;
    private readonly List<Process> _processes = [];

    internal IPEndPoint Endpoint { get; private set; } = new(IPAddress.Loopback, 0);

    internal static async Task<FastApiPeer> StartAsync(VotesToCast votes, CancellationToken cancellationToken)
    {
        var peer = new FastApiPeer();
        try
        {
            var (redis, http) = (FreePort(), FreePort());
            peer.Endpoint = new IPEndPoint(IPAddress.Loopback, http);
            var work = Path.Combine(peer._folder, "work.json");
            await File.WriteAllTextAsync(
                work, JsonSerializer.Serialize(
                    new { snapshotters = votes.Snapshotters, projects = votes.Projects }), cancellationToken);
            peer.Start(
                "redis-server", ["--bind", "127.0.0.1", "--port", $"{redis}", "--save", "", "--appendonly", "no"], []);
            await AnswersAsync(redis, cancellationToken);
            peer.Start(
                "/usr/bin/gunicorn",
                [
                    "--chdir", Repository.PathOf("bench", "peers"), "--bind", $"127.0.0.1:{http}", "--workers", "2",
                    "--worker-class", "uvicorn.workers.UvicornWorker", "--keep-alive", "60", "--timeout", "120",
                    "--log-level", "error",
                    "consensus_fastapi:app",
                ],
                new() { ["PEER_REDIS"] = $"{redis}", ["PEER_WORK"] = work, ["PYTHONDONTWRITEBYTECODE"] = "1" });
            await AnswersAsync(http, cancellationToken);
            // Listening comes before the workers have registered everybody.
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private void Start(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            _processes.Add(process);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(
                $"{program} could not be started ({e.Message}). The peer needs Debian's packages python3-fastapi, "
                + "python3-uvicorn, python3-uvloop, python3-httptools, python3-redis, gunicorn and redis-server.", e);
        }
    }

    private static async Task AnswersAsync(int port, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(begun) < LongestStart)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
