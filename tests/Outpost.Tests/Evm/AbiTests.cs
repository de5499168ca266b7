using System.Numerics;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Evm;

public sealed class AbiTests
{
    [Theory]
    [InlineData("transfer(address,uint256)", "a9059cbb")]
    [InlineData("function balanceOf(address owner) external view returns (uint256)", "70a08231")]
    [InlineData("getReserves()(uint112,uint112,uint32)", "0902f1ac")]
    [InlineData("aggregate3((address target, bool allowFailure, bytes callData)[])((bool,bytes)[])", "82ad56cb")]
    [InlineData("baz(uint32,bool)", "cdcd77c0")]
    [InlineData("sam(bytes,bool,uint[])", "a5643bf2")]
    public void Selects_functions(string signature, string selector) =>
        Assert.Equal(selector, Convert.ToHexStringLower(AbiFunction.Parse(signature).Selector));

    [Theory]
    [InlineData("event Transfer(address indexed from, address indexed to, uint256 value)",
        "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    [InlineData("Sync(uint112,uint112)", "0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1")]
    [InlineData("Swap(address indexed sender, uint amount0In, uint amount1In, uint amount0Out, uint amount1Out, address indexed to)",
        "0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822")]
    public void Names_events(string signature, string topic) =>
        Assert.Equal(topic, AbiEvent.Parse(signature).Topic.ToString());

    /// <summary>The examples of the Contract ABI specification of Solidity.</summary>
    [Fact]
    public void Encodes_and_decodes_the_examples_of_the_specification()
    {
        Same("sam(bytes,bool,uint256[])",
            ["dave"u8.ToArray(), true, new object[] { Number(1), Number(2), Number(3) }],
            "60", "01", "a0", "04", "<64617665", "03", "01", "02", "03");
        Same("f(uint256,uint32[],bytes10,bytes)",
            [Number(0x123), new object[] { Number(0x456), Number(0x789) }, "1234567890"u8.ToArray(), "Hello, world!"u8.ToArray()],
            "0123", "80", "<31323334353637383930", "e0", "02", "0456", "0789", "0d", "<48656c6c6f2c20776f726c6421");
        Same("g(uint256[][],string[])",
            [
                new object[] { new object[] { Number(1), Number(2) }, new object[] { Number(3) } },
                new object[] { "one", "two", "three" },
            ],
            "40", "0140", "02", "40", "a0", "02", "01", "02", "01", "03",
            "03", "60", "a0", "e0", "03", "<6f6e65", "03", "<74776f", "05", "<7468726565");
        Same("bar(bytes3[2])", [new object[] { "abc"u8.ToArray(), "def"u8.ToArray() }], "<616263", "<646566");
    }

    [Fact]
    public void Knows_negative_numbers_and_nested_tuples()
    {
        var function = AbiFunction.Parse("f(int16,(address,(bool,string))[2])(int16,(address,(bool,string))[2])");
        object[] values =
        [
            Number(-2),
            new object[]
            {
                new object[] { EvmAddress.Parse("0x" + new string('a', 40)), new object[] { true, "ü" } },
                new object[] { EvmAddress.Parse("0x" + new string('b', 40)), new object[] { false, "" } },
            },
        ];

        Assert.Equivalent(values, function.Decode(function.Encode(values).AsSpan(4)), strict: true);
    }

    [Theory]
    [InlineData("uint8", "0100")]
    [InlineData("int8", "80")]
    [InlineData("bool", "02")]
    [InlineData("address", "010000000000000000000000000000000000000000")]
    [InlineData("bytes", "20")]
    [InlineData("uint256[]", "20,7fffffff")]
    [InlineData("string", "20,01,<ff")]
    [InlineData("string", "ffffffffffffffff")]
    [InlineData("uint256[3]", "01,02")]
    public void Refuses_what_no_contract_returns(string type, string words) => Assert.Throws<FormatException>(
        () => AbiReader.Decode([AbiType.Parse(type)], Words(words.Split(','))));

    [Theory]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("bytes33")]
    [InlineData("()")]
    [InlineData("(uint256")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[][][][][][][][][][]")]
    [InlineData("float")]
    public void Refuses_types_that_are_none(string type) => Assert.Throws<FormatException>(() => AbiType.Parse(type));

    [Fact]
    public void Offsets_that_point_at_each_other_end()
    {
        // Thirty elements at each level, all of them the same thirty elements of the next one.
        string[] level = ["1e", .. Enumerable.Repeat("03c0", 30)];
        var levels = Enumerable.Repeat(level, 6).SelectMany(words => words);
        Assert.Throws<FormatException>(() => AbiReader.Decode(
            [AbiType.Parse("string[][][][][][]")], Words(["20", .. levels, "00"])));
    }

    [Fact]
    public void Random_bytes_are_decoded_or_refused_and_never_more()
    {
        var random = new Random(11);
        AbiType[] types = [AbiType.Parse("(uint8,bytes,string[])[]"), AbiType.Parse("bytes[][2]"), AbiType.Parse("int24")];
        var decoded = 0;
        for (var turn = 0; turn < 200_000; turn++)
        {
            var data = new byte[random.Next(12) * 32];
            for (var at = 31; at < data.Length; at += 32)
            {
                data[at] = (byte)(random.Next(8) * 32 / (random.Next(2) == 0 ? 1 : 32));
            }

            try
            {
                decoded += AbiReader.Decode(types, data).Length;
            }
            catch (FormatException)
            {
                // What it should be for most of these.
                continue;
            }
        }

        Assert.NotEqual(0, decoded);
    }

    [Fact]
    public void An_event_is_decoded_from_topics_and_data()
    {
        var transfer = AbiEvent.Parse("Transfer(address indexed from, address indexed to, uint256 value)");
        var from = EvmAddress.Parse("0x" + new string('1', 40));
        var log = new EvmLog(
            default, [transfer.Topic, new Hash32(Words("1111111111111111111111111111111111111111")), default],
            Words("07"), 1, default, default, 0, 0);

        Assert.Equal([from, default(EvmAddress), Number(7)], transfer.Decode(log));
        Assert.Throws<FormatException>(() => transfer.Decode(log with { Topics = [transfer.Topic] }));
    }

    private static BigInteger Number(int value) => value;

    private static void Same(string signature, object[] values, params string[] words)
    {
        var function = AbiFunction.Parse(signature);
        var types = function.Inputs.Select(one => one.Type).ToArray();
        var encoded = AbiWriter.Encode(types, values);

        Assert.Equal(Convert.ToHexString(Words(words)), Convert.ToHexString(encoded));
        Assert.Equivalent(values, AbiReader.Decode(types, encoded), strict: true);
    }

    /// <summary>Words of 32 bytes, right-aligned, or left-aligned behind a bracket.</summary>
    private static byte[] Words(params string[] words) => Convert.FromHexString(string.Concat(words.Select(word =>
        word.StartsWith('<') ? word[1..].PadRight(64, '0') : word.PadLeft(64, '0'))));
}
