using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Outpost.Tests.Consensus;

/// <summary>A PostgreSQL server of Debian's package on a free loopback port, with an empty database for each test.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("postgres-test-").FullName;
    private readonly int _port = FreePort();
    private Process? _server;
    private int _databases;

    /// <summary>Null where no PostgreSQL is installed.</summary>
    private static string? Tools => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal)
            .Select(version => Path.Combine(version, "bin")).LastOrDefault()
        : null;

    public async ValueTask InitializeAsync()
    {
        if (Tools is null)
        {
            return;
        }

        // The server refuses to run as root: there it runs as the user of the package.
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", "-R", "postgres", _folder);
        }

        using var init = Start($"exec {Tools}/initdb -D {_folder}/data -A trust -U postgres -N");
        await init.WaitForExitAsync();
        Assert.Equal(0, init.ExitCode);
        _server = Start($"exec {Tools}/postgres -D {_folder}/data -h 127.0.0.1 -p {_port} -k {_folder}");
        for (var i = 0; ; i++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Of("postgres"));
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (i < 200)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    /// <summary>The connection string of a new database; the test is skipped where no server can run.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        Assert.SkipWhen(Tools is null, "no PostgreSQL is installed here (apt-get install postgresql)");
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(Of("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return Of(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            using var stop = Start($"exec {Tools}/pg_ctl -D {_folder}/data -m immediate stop");
            await stop.WaitForExitAsync();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Of(string database) => $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database}";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Start(string command)
    {
        string[] arguments = Environment.UserName == "root"
            ? ["su", "postgres", "-s", "/bin/sh", "-c", command]
            : ["/bin/sh", "-c", command];
        return Process.Start(new ProcessStartInfo(arguments[0], arguments[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task RunAsync(string name, params string[] arguments)
    {
        using var process = Process.Start(name, arguments);
        await process.WaitForExitAsync();
    }
}
