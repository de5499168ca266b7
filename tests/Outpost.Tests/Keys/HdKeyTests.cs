using System.Globalization;
using Outpost.Chains.Keys;

namespace Outpost.Tests.Keys;

public sealed class HdKeyTests
{
    public static TheoryData<int, string, string, string, string> Published()
    {
        var rows = new TheoryData<int, string, string, string, string>();
        foreach (var vector in VectorFile.Read("bip32.json").GetProperty("vectors").EnumerateArray())
        {
            rows.Add(
                vector.GetProperty("vector").GetInt32(), vector.Text("path"), vector.Text("seed"),
                vector.Text("privateKey"), vector.Text("chainCode"));
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void Derives_the_keys_of_the_published_vectors(
        int vector, string path, string seed, string privateKey, string chainCode)
    {
        using var key = HdKey.Derive(Convert.FromHexString(seed), [.. path.Split('/').Skip(1).Select(Index)]);

        Assert.InRange(vector, 1, 4);
        Assert.Equal(privateKey, Convert.ToHexStringLower(key.PrivateKey));
        Assert.Equal(chainCode, Convert.ToHexStringLower(key.ChainCode));
    }

    [Fact]
    public void Forgets_its_key_when_it_is_disposed()
    {
        var key = HdKey.FromSeed(new byte[16]);
        key.Dispose();

        Assert.Equal(new byte[32], key.PrivateKey.ToArray());
    }

    private static uint Index(string step) => step.EndsWith('\'')
        ? uint.Parse(step.AsSpan(0, step.Length - 1), CultureInfo.InvariantCulture) | HdKey.Hardened
        : uint.Parse(step, CultureInfo.InvariantCulture);
}
