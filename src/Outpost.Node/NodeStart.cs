using Microsoft.Extensions.Logging;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Blocks;
using Outpost.Node.Journal;
using Outpost.Node.Status;

namespace Outpost.Node;

/// <summary>
/// Gets a node what it needs before it can serve: its journal and a chain. What is missing is said and waited for.
/// </summary>
internal sealed partial class NodeStart(NodeSurroundings around, BlockClock clock, StatusBoard board)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>One question to each endpoint costs little, and a window can be over in twenty seconds.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    private readonly ILogger _logger = around.Loggers.CreateLogger<NodeHost>();
    private readonly long _startedAt = around.Time.GetTimestamp();

    /// <summary>Why the first connection failed; null: it did not.</summary>
    private string? _obstacle;

    /// <summary>
    /// A full disk is waited for. Null when it is stopped meanwhile; throws when the journal cannot be used at all.
    /// </summary>
    public async Task<DutyJournal?> OpenJournalAsync(string path, CancellationToken stop)
    {
        string? told = null;
        for (var pause = ShortestPause; ; pause = Longer(pause))
        {
            try
            {
                return DutyJournal.Open(path, around.Time);
            }
            catch (JournalException fault) when (fault.IsTransient)
            {
                if (fault.Message != told)
                {
                    NoJournal(LongestPause.TotalSeconds, fault.Message);
                }

                told = fault.Message;
                board.Node(fault.Message, isWatching: false);
                await Task.Delay(pause, around.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stop.IsCancellationRequested)
                {
                    board.Node("Stopped", isWatching: false);
                    return null;
                }
            }
        }
    }

    /// <summary>Asks the endpoints until one serves the chain.</summary>
    public async Task ConnectAsync(CosmosClient cosmos, AlloraClient allora, string address, CancellationToken stop)
    {
        for (var pause = ShortestPause; ; pause = Longer(pause))
        {
            try
            {
                await cosmos.ConnectAsync(stop);
                board.Connected(cosmos.ChainId, await allora.VersionAsync(stop));
                await LearnPaceAsync(cosmos, stop);
                Connected(cosmos.ChainId, address);
                return;
            }
            catch (ChainException fault)
            {
                if (fault.Message != _obstacle)
                {
                    NotConnected(LongestPause.TotalSeconds, fault.Message);
                }

                _obstacle = fault.Message;
                board.Node($"No endpoint can be used yet: {fault.Message}", isWatching: false);
                await Task.Delay(pause, around.Time, stop);
            }
        }
    }

    /// <summary>
    /// Remembers the blocks that no endpoint told of in time: since the one before, or since the start of the node.
    /// </summary>
    public void Note(Block block, Blackouts blackouts)
    {
        var head = clock.Head;
        if (head == block.Newest)
        {
            // One of many that are fetched after the same silence.
            return;
        }

        if (head.Value > 0 && block.HeldUpBy is { } detail)
        {
            blackouts.Add(head, block.Newest, detail);
        }
        else if (head.Value == 0 && (block.HeldUpBy ?? _obstacle) is { } first)
        {
            var made = (long)(around.Time.GetElapsedTime(_startedAt) / clock.BlockTime);
            blackouts.Add(block.Newest + (-made - 1), block.Newest, first);
        }
    }

    private async Task LearnPaceAsync(CosmosClient cosmos, CancellationToken stop)
    {
        try
        {
            clock.Guess(await cosmos.BlockTimeAsync(stop));
        }
        catch (ChainException fault) when (fault.Fault == ChainFault.NotFound)
        {
            // A chain with hardly a block has no pace yet; the first arrivals will teach it.
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    [LoggerMessage(Level = LogLevel.Warning, Message = "No journal yet, tried again every {Seconds} s: {Detail}")]
    private partial void NoJournal(double seconds, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to {ChainId} as {Address}")]
    private partial void Connected(string chainId, string address);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "No endpoint can be used yet, asked again every {Seconds} s: {Detail}")]
    private partial void NotConnected(double seconds, string detail);
}
