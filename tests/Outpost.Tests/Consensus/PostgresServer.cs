using Outpost.EndToEnd.Processes;

namespace Outpost.Tests.Consensus;

/// <summary>A PostgreSQL server for the tests of a class, with an empty database for each of them.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private PostgresProgram? _program;

    public async ValueTask InitializeAsync() => _program = await PostgresProgram.StartAsync();

    /// <summary>The connection string of a new database; the test is skipped where no server can run.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        Assert.SkipWhen(_program is null, "no PostgreSQL is installed here (apt-get install postgresql)");
        return await _program.NewDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }
    }
}
