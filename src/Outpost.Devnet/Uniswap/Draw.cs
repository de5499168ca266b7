using System.Buffers.Binary;

namespace Outpost.Devnet.Uniswap;

/// <summary>Chance that is cheap to begin anew for each block (splitmix64). Equal seeds draw equal numbers.</summary>
internal sealed class Draw(ulong seed)
{
    private ulong _state = seed;

    /// <param name="digest">The hash of a block.</param>
    public static Draw From(byte[] digest) => new(BinaryPrimitives.ReadUInt64BigEndian(digest));

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to below the bound.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Both ends included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);
}
