namespace Outpost.Devnet.Uniswap;

/// <summary>
/// The states of all pairs after one block. Blocks share what did not change, so that each block of each branch keeps
/// its own at the price of its changes, and any of them is read at once.
/// </summary>
internal sealed class PairStates
{
    private const int ChunkSize = 16;

    private readonly PairState[][] _chunks;

    private PairStates(PairState[][] chunks) => _chunks = chunks;

    public PairStates(IReadOnlyList<PairState> states) => _chunks = [.. states.Chunk(ChunkSize)];

    public PairState this[int pair] => _chunks[pair / ChunkSize][pair % ChunkSize];

    /// <summary>A copy that can be changed until its block ends.</summary>
    public Draft Change() => new(this);

    internal sealed class Draft(PairStates before)
    {
        private readonly PairState[][] _chunks = [.. before._chunks];

        public PairState this[int pair]
        {
            get => _chunks[pair / ChunkSize][pair % ChunkSize];
            set
            {
                ref var chunk = ref _chunks[pair / ChunkSize];
                if (chunk == before._chunks[pair / ChunkSize])
                {
                    chunk = [.. chunk];
                }

                chunk[pair % ChunkSize] = value;
            }
        }

        /// <summary>The states after the block; the draft is not changed any more.</summary>
        public PairStates End() => new(_chunks);
    }
}
