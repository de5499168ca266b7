using System.Buffers.Binary;
using System.Numerics;

namespace Outpost.Sdk.Evm;

/// <summary>
/// Keccak-256 as Ethereum uses it: the Keccak team's submission with padding 0x01, which is not the SHA3-256 of FIPS
/// 202.
/// </summary>
public static class Keccak256
{
    /// <summary>Bytes in a hash.</summary>
    public const int Size = 32;

    private const int Rate = 136;

    private static ReadOnlySpan<ulong> RoundConstant =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000,
        0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    // The walk of steps rho and pi over the 24 lanes other than lane 0: the next lane, and its rotation.
    private static ReadOnlySpan<byte> WalkLane =>
        [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    private static ReadOnlySpan<byte> WalkRotation =>
        [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    /// <summary>The 32-byte hash of <paramref name="input"/>.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> input)
    {
        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        var rest = input;
        for (; rest.Length >= Rate; rest = rest[Rate..])
        {
            Absorb(state, rest[..Rate]);
        }

        Span<byte> tail = stackalloc byte[Rate];
        tail.Clear();
        rest.CopyTo(tail);
        tail[rest.Length] = 0x01;
        tail[Rate - 1] |= 0x80;
        Absorb(state, tail);

        var hash = new byte[Size];
        for (var lane = 0; lane < Size / 8; lane++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash.AsSpan(lane * 8), state[lane]);
        }

        return hash;
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var lane = 0; lane < Rate / 8; lane++)
        {
            state[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(lane * 8)..]);
        }

        foreach (var constant in RoundConstant)
        {
            Theta(state);
            RhoAndPi(state);
            Chi(state);
            state[0] ^= constant;
        }
    }

    private static void Theta(Span<ulong> state)
    {
        Span<ulong> parity = stackalloc ulong[5];
        for (var x = 0; x < 5; x++)
        {
            parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        }

        for (var x = 0; x < 5; x++)
        {
            var change = parity[(x + 4) % 5] ^ BitOperations.RotateLeft(parity[(x + 1) % 5], 1);
            for (var lane = x; lane < 25; lane += 5)
            {
                state[lane] ^= change;
            }
        }
    }

    private static void RhoAndPi(Span<ulong> state)
    {
        var carried = state[1];
        for (var step = 0; step < WalkLane.Length; step++)
        {
            var lane = WalkLane[step];
            var next = state[lane];
            state[lane] = BitOperations.RotateLeft(carried, WalkRotation[step]);
            carried = next;
        }
    }

    private static void Chi(Span<ulong> state)
    {
        Span<ulong> row = stackalloc ulong[5];
        for (var start = 0; start < 25; start += 5)
        {
            state.Slice(start, 5).CopyTo(row);
            for (var x = 0; x < 5; x++)
            {
                state[start + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
            }
        }
    }
}
