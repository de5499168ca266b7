namespace Outpost.Devnet;

/// <summary>
/// What an EVM node of the devnet allows and does wrong at the moment. May be changed at any time; counts from the next
/// request on.
/// </summary>
public sealed class EvmNodeTerms
{
    /// <summary>How many blocks it is behind.</summary>
    public int LagBlocks { get; set; }

    /// <summary>The last block that it shows whatever comes; null: no such block.</summary>
    public long? StuckAt { get; set; }

    /// <summary>True: every connection is refused.</summary>
    public bool Refuses { get; set; }

    /// <summary>True: it takes requests and never answers.</summary>
    public bool Hangs { get; set; }

    /// <summary>How long each reply waits after it was made.</summary>
    public TimeSpan ReplyDelay { get; set; }

    /// <summary>True: requests are answered with HTTP 502.</summary>
    public bool IsBadGateway { get; set; }

    /// <summary>
    /// Requests are answered with HTTP 429 and this Retry-After, 0: without one; null: they are not.
    /// </summary>
    public int? RetryAfterSeconds { get; set; }

    /// <summary>True: websockets tell of no block.</summary>
    public bool HasSilentSockets { get; set; }

    /// <summary>True: websockets are refused with HTTP 503.</summary>
    public bool RefusesSockets { get; set; }

    /// <summary>True: it says that it is catching up.</summary>
    public bool IsSyncing { get; set; }

    /// <summary>True: replies to a batch come in another order.</summary>
    public bool ShufflesBatches { get; set; }

    /// <summary>Calls in one request; null: any.</summary>
    public int? MostCalls { get; set; }

    /// <summary>Blocks in one search for logs; null: any.</summary>
    public int? MostLogBlocks { get; set; }

    /// <summary>Logs in one answer; null: any.</summary>
    public int? MostLogs { get; set; }

    /// <summary>Blocks behind the head whose state it keeps; null: all.</summary>
    public int? StateBlocks { get; set; }

    /// <summary>HTTP requests in a second, beyond which it answers 429; null: any.</summary>
    public int? RequestsPerSecond { get; set; }

    /// <summary>The answer to every request instead, such as an HTML page; null: its own.</summary>
    public string? Body { get; set; }

    /// <summary>Writes anew what it would have answered, for lies and for answers that are none.</summary>
    public Func<string, string>? Rewrite { get; set; }

    /// <summary>
    /// From this block on it shows blocks of its own, which hang together and are on no other node; null: no lie.
    /// </summary>
    public long? LiesFrom { get; set; }

    /// <summary>True: one log in each answer has data that was never emitted.</summary>
    public bool HasFalseLogs { get; set; }

    /// <summary>True: searches for logs find nothing.</summary>
    public bool HasNoLogs { get; set; }

    /// <summary>True: what is asked of a block is answered from the one before it.</summary>
    public bool AnswersFromBlockBefore { get; set; }

    /// <summary>True: of every block it says that there is none.</summary>
    public bool HasNoHeaders { get; set; }

    /// <summary>The chain id that it claims; null: the chain's.</summary>
    public long? ChainId { get; set; }
}
