using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Outpost.EndToEnd.Processes;

/// <summary>A PostgreSQL server of Debian's package on a free loopback port, with databases of its own.</summary>
internal sealed class PostgresProgram : IAsyncDisposable
{
    private const int Tries = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("postgres-").FullName;
    private readonly int _port = FreePort();
    private readonly string _tools;
    private Process? _server;
    private int _databases;

    private PostgresProgram(string tools) => _tools = tools;

    /// <summary>Where its programs are; null where none is installed.</summary>
    private static string? Tools => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal)
            .Select(version => Path.Combine(version, "bin")).LastOrDefault()
        : null;

    /// <summary>Starts one, and waits until it answers; null where none is installed.</summary>
    internal static async Task<PostgresProgram?> StartAsync()
    {
        if (Tools is not { } tools)
        {
            return null;
        }

        var program = new PostgresProgram(tools);
        try
        {
            await program.RunAsync();
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection string of a new database.</summary>
    internal async Task<string> NewDatabaseAsync()
    {
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
            using var stop = Start($"exec {_tools}/pg_ctl -D {_folder}/data -m immediate stop");
            await stop.WaitForExitAsync();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync()
    {
        // The server refuses to run as root: there it runs as the user of the package.
        if (Environment.UserName == "root")
        {
            using var owner = Process.Start("chown", ["-R", "postgres", _folder]);
            await owner.WaitForExitAsync();
        }

        using var init = Start($"exec {_tools}/initdb -D {_folder}/data -A trust -U postgres -N");
        await init.WaitForExitAsync();
        if (init.ExitCode != 0)
        {
            throw new InvalidOperationException($"initdb ended with {init.ExitCode}.");
        }

        _server = Start($"exec {_tools}/postgres -D {_folder}/data -h 127.0.0.1 -p {_port} -k {_folder}");
        for (var i = 0; ; i++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Of("postgres"));
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (i < Tries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
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
        var process = Process.Start(new ProcessStartInfo(arguments[0], arguments[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        // Read, or a server that says much would wait for a reader.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
