using Outpost.Consensus;
using Outpost.Consensus.Store;
using Outpost.Tests.App;

namespace Outpost.Tests.Consensus;

/// <summary>Backups, and one service for one file.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_of_a_running_service_is_restored_with_its_votes()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.SubmitAsync("A", "X");
        var file = $"{world.StorePath}.backup";
        StoreBackup.Back(world.StorePath, file);
        Assert.Throws<ConsensusException>(() => StoreBackup.Back(world.StorePath, file));

        await world.SubmitAsync("B", "X");
        Assert.Throws<ConsensusException>(() => StoreBackup.Restore(file, world.StorePath, replaces: true));
        await world.Host.DisposeAsync();
        Assert.Throws<ConsensusException>(() => StoreBackup.Restore(file, world.StorePath, replaces: false));
        StoreBackup.Restore(file, world.StorePath, replaces: true);
        await world.StartHostAsync();
        Assert.Equal("ACCEPTED", ServiceWorld.StatusOf((await world.SubmitAsync("A", "X")).Body));
        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.SubmitAsync("C", "X")).Body));
    }

    [Fact]
    public async Task What_is_no_backup_leaves_the_store_as_it_was()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("A");
        await world.Host.DisposeAsync();
        var file = $"{world.StorePath}.backup";
        await File.WriteAllTextAsync(file, "this is no database at all, whatever it is called", ServiceWorld.Stop);
        Assert.Throws<ConsensusException>(() => StoreBackup.Restore(file, world.StorePath, replaces: true));
        await world.StartHostAsync();
        await world.ReleaseAsync(1010);
        Assert.Equal(200, (await world.SubmitAsync("A", "X")).Status);
    }

    [Fact]
    public async Task A_second_service_on_the_same_file_is_refused()
    {
        await using var world = await ServiceWorld.StartAsync();
        var problem = await Assert.ThrowsAsync<ConsensusException>(
            () => ConsensusStore.OpenAsync(world.StorePath, ServiceWorld.Stop));
        Assert.Contains("Does another service run on it?", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_commands_write_and_restore_a_backup()
    {
        using var surroundings = new TestSurroundings();
        surroundings.Write("consensus.json", "{}");
        var store = Path.Combine(surroundings.Home, "consensus.db");
        await (await ConsensusStore.OpenAsync(store, ServiceWorld.Stop)).DisposeAsync();
        Assert.Equal(0, await surroundings.RunAsync("consensus", "backup", "copy.db"));
        Assert.Equal(1, await surroundings.RunAsync("consensus", "restore", "copy.db"));
        Assert.Equal(0, await surroundings.RunAsync("consensus", "restore", "copy.db", "--force"));
        Assert.Contains("give --force", surroundings.Error, StringComparison.Ordinal);
    }
}
