using Outpost.Consensus.Epochs;

namespace Outpost.Consensus.Store;

/// <summary>Projects and streams in an SQLite file.</summary>
internal static class SqliteProjects
{
    private const string Columns = """
        SELECT project.id, project.name, stream.chain_id, stream.size, stream.head_offset
        FROM project JOIN stream ON stream.id = project.stream
        """;

    public static Project? Find(SqliteFile file, string name) =>
        file.Prepare($"{Columns} WHERE project.name = ?").With(name).Rows(Read).FirstOrDefault();

    public static List<Project> All(SqliteFile file) =>
        file.Prepare($"{Columns} ORDER BY project.name").Rows(Read);

    public static bool IsRegistered(SqliteFile file, int project, int snapshotter) =>
        file.Prepare("SELECT 1 FROM registration WHERE project = ? AND snapshotter = ?")
            .With(project).With(snapshotter).Rows(_ => true).Count > 0;

    /// <summary>Null when nothing was written of it yet.</summary>
    public static long? StreamId(SqliteFile file, EpochStream stream) =>
        file.Prepare("SELECT id FROM stream WHERE chain_id = ? AND size = ? AND head_offset = ?")
            .With(stream.ChainId).With(stream.Size).With(stream.HeadOffset)
            .Rows(row => (long?)row.Long(0)).FirstOrDefault();

    private static Project Read(SqliteStatement row) =>
        new(row.Int(0), row.Text(1), new EpochStream(row.Long(2), row.Int(3), row.Int(4)));
}
