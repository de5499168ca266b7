using System.Numerics;
using Microsoft.Data.Sqlite;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;
using Outpost.Node.Journal;

namespace Outpost.Tests.Node.Journal;

/// <summary>A journal's file in a folder of its own, and what tests write into it.</summary>
internal sealed class JournalFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("journal").FullName;

    internal string Path => System.IO.Path.Combine(_folder, "test.db");

    internal static Duty Duty(ulong topic = 1, long nonce = 100) =>
        new(new DutyId(Role.Inferer, new TopicId(topic), new Height(nonce)), new Height(nonce + 12));

    internal static Attempt Attempt(string hash, ulong sequence = 7, Duty? of = null, int size = 3)
    {
        var duty = of ?? Duty();
        return new Attempt(
            duty.Id, new SignedTransaction(new byte[size], hash), sequence, new BigInteger(2100), 200_000, duty.ClosesAt);
    }

    internal DutyJournal Open(TimeProvider? time = null) => DutyJournal.Open(Path, time ?? TimeProvider.System);

    /// <summary>A second connection, as another program has one.</summary>
    internal SqliteConnection Connect() => Connect(Path);

    internal static SqliteConnection Connect(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    internal static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), null);
    }

    /// <summary>What the disk holds at this moment, as files of their own.</summary>
    internal JournalFile Copy()
    {
        var copy = new JournalFile();
        foreach (var suffix in new[] { "", "-wal" })
        {
            File.Copy(Path + suffix, copy.Path + suffix);
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
