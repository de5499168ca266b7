using System.Text;

namespace Outpost.Tests.Consensus;

/// <summary>Makes bytes wrong by chance: flips, cuts, copies, words that parsers stumble over, nesting, long numbers.</summary>
internal sealed class ByteMutations
{
    /// <summary>What a body may hold at most, and somewhat more, so that being too long is tried too.</summary>
    public const int Longest = 80_000;

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "0", "-0", "1e999", "-1e-999", "1E+2", "0.1", "01", "NaN",
            "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "\"1010\"", "\"-1\"",
            "\\u0000", "\\ud800", "\\udc00\\ud800", "\\u00e9", "\\x", "\\u12", "\u0000", "\u2028", "\ufeff", "😀", "/*x*/", "//x\n",
            "\"instanceID\":", "\"projectID\":", "\"epoch\":", "\"epochs\":", "\"begin\":", "\"end\":", "\"snapshotCID\":",
            "\"request\":", "\"signature\":", "\"severity\":", "\"extra\":", "\"\":", "\"\\u0065poch\":", "%2F", "%00", "%ff", "../",
            " ", "\r\n", "\t",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xfe, 0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0x80], [0x00],
    ];

    private static readonly string[] Openings = ["[", "{\"a\":", "{\"epoch\":", "[{\"epochs\":[", "{\"extra\":{"];

    private readonly Random _chance;
    private readonly Action<List<byte>>[] _ways;

    public ByteMutations(Random chance)
    {
        _chance = chance;
        _ways =
        [
            Flip, Flip, Remove, Remove, InsertWord, InsertWord, InsertWord, ReplaceByWord, ReplaceByWord, Repeat, Repeat, Move,
            Truncate, InsertNoise, Nest, Lengthen,
        ];
    }

    /// <summary>The same bytes, with a few things wrong.</summary>
    public byte[] Mutate(ReadOnlySpan<byte> good)
    {
        var bytes = new List<byte>(good.Length + 64);
        bytes.AddRange(good);
        do
        {
            _ways[_chance.Next(_ways.Length)](bytes);
        }
        while (_chance.Next(3) == 0 && bytes.Count < Longest);
        return [.. bytes];
    }

    /// <summary>Bytes that were never right.</summary>
    public byte[] Noise()
    {
        var bytes = new byte[_chance.Next(200)];
        _chance.NextBytes(bytes);
        return bytes;
    }

    private int Place(List<byte> bytes) => _chance.Next(bytes.Count + 1);

    private (int Start, int Length) Range(List<byte> bytes, int most)
    {
        var start = Place(bytes);
        return (start, _chance.Next(Math.Min(most, bytes.Count - start) + 1));
    }

    private byte[] Word() => Words[_chance.Next(Words.Length)];

    private void Flip(List<byte> bytes)
    {
        if (bytes.Count > 0)
        {
            bytes[_chance.Next(bytes.Count)] ^= (byte)(1 << _chance.Next(8));
        }
    }

    private void Remove(List<byte> bytes)
    {
        var (start, length) = Range(bytes, 24);
        bytes.RemoveRange(start, length);
    }

    private void InsertWord(List<byte> bytes) => bytes.InsertRange(Place(bytes), Word());

    private void ReplaceByWord(List<byte> bytes)
    {
        var (start, length) = Range(bytes, 12);
        bytes.RemoveRange(start, length);
        bytes.InsertRange(start, Word());
    }

    /// <summary>Keys twice, and values twice.</summary>
    private void Repeat(List<byte> bytes)
    {
        var (start, length) = Range(bytes, 80);
        bytes.InsertRange(Place(bytes), bytes.GetRange(start, length));
    }

    private void Move(List<byte> bytes)
    {
        var (start, length) = Range(bytes, 40);
        var moved = bytes.GetRange(start, length);
        bytes.RemoveRange(start, length);
        bytes.InsertRange(Place(bytes), moved);
    }

    private void Truncate(List<byte> bytes)
    {
        var left = Place(bytes);
        bytes.RemoveRange(left, bytes.Count - left);
    }

    private void InsertNoise(List<byte> bytes) => bytes.InsertRange(Place(bytes), Noise().Take(12));

    private void Nest(List<byte> bytes)
    {
        var opening = Encoding.UTF8.GetBytes(Openings[_chance.Next(Openings.Length)]);
        var depth = _chance.Next(300) == 0 ? _chance.Next(Longest / opening.Length) : 1 + _chance.Next(20);
        bytes.InsertRange(Place(bytes), Enumerable.Repeat(opening, depth).SelectMany(one => one));
    }

    /// <summary>Digits, letters or blanks, now and then more than a body may hold.</summary>
    private void Lengthen(List<byte> bytes)
    {
        var length = _chance.Next(300) == 0 ? _chance.Next(Longest) : _chance.Next(400);
        bytes.InsertRange(Place(bytes), Enumerable.Repeat("9a "u8[_chance.Next(3)], length));
    }
}
