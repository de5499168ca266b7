using System.Text.Json.Nodes;
using Outpost.Chains;
using Outpost.Chains.Evm;
using Outpost.Devnet;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Evm;

/// <summary>A node whose answers are shuffled, doubled, left out and broken: there is an error or the truth.</summary>
public sealed class EvmFuzzTests
{
    private static readonly EvmAddress Pair = EvmAddress.Parse(EvmDevnet.ContractAt(0));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_that_is_tampered_with_is_an_error_or_the_truth()
    {
        await using var world = new EvmWorld(blocks: 30);
        await world.RunAsync(world.Client.ConnectAsync(Token));
        var terms = world.Devnet.Nodes[0].Terms;
        var random = new Random(17);
        var sync = AbiEvent.Parse("Sync(uint112,uint112)").Topic;
        var call = new EvmCall(Pair, new byte[4]);
        var trueLogs = await world.AnswerAsync(world.Client.LogsAsync(LogFilter.Of([], sync), 1, 30, Token));
        var trueCalls = await CallsAsync(world, call);
        var (told, refused) = (0, 0);
        for (var turn = 0; turn < 3_000; turn++)
        {
            terms.ShufflesBatches = random.Next(2) == 0;
            terms.Rewrite = text => Tampered(text, random);
            try
            {
                switch (turn % 3)
                {
                    case 0:
                        var headers = await world.AnswerAsync(world.Client.HeadersAsync(1, 12, Token));
                        Assert.All(headers.Index(), one =>
                            Assert.Equal(world.Devnet.HashAt(one.Index + 1), one.Item.Hash.ToString()));
                        break;
                    case 1:
                        var logs = await world.AnswerAsync(world.Client.LogsAsync(LogFilter.Of([], sync), 1, 30, Token));
                        Assert.Equal(trueLogs.Select(Shown), logs.Select(Shown));
                        break;
                    default:
                        Assert.Equal(trueCalls, await CallsAsync(world, call));
                        break;
                }

                told++;
            }
            catch (ChainException e)
            {
                Assert.True(e.Fault is ChainFault.BadReply or ChainFault.NotFound or ChainFault.Syncing or ChainFault.WrongChain,
                    e.ToString());
                refused++;
            }
        }

        Assert.NotEqual(0, told);
        Assert.NotEqual(0, refused);
    }

    [Fact]
    public async Task Any_text_at_all_is_an_error()
    {
        await using var world = new EvmWorld(blocks: 30);
        await world.RunAsync(world.Client.ConnectAsync(Token));
        var random = new Random(23);
        string[] pieces = ["{", "}", "[", "]", "\"id\":", "1", ",", "\"result\":", "null", "\"0x1\"", "\"error\":", "true", "{}", "\"code\":", " "];
        for (var turn = 0; turn < 3_000; turn++)
        {
            world.Devnet.Nodes[0].Terms.Body =
                string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var problem = await Assert.ThrowsAsync<ChainException>(
                () => world.AnswerAsync(world.Client.HeadersAsync(1, 3, Token)));
            Assert.True(problem.Fault is ChainFault.BadReply or ChainFault.NotFound, problem.ToString());
        }
    }

    [Theory]
    [InlineData("number", "\"0x01\"")]
    [InlineData("number", "\"1\"")]
    [InlineData("number", "1")]
    [InlineData("number", "\"0x\"")]
    [InlineData("number", "\"0x2\"")]
    [InlineData("number", "\"0xffffffffffffffff\"")]
    [InlineData("hash", "\"0x12\"")]
    [InlineData("hash", "null")]
    [InlineData("parentHash", "{}")]
    [InlineData("timestamp", "-1")]
    public async Task A_header_is_read_strictly(string member, string value)
    {
        await using var world = new EvmWorld(blocks: 3);
        await world.RunAsync(world.Client.ConnectAsync(Token));
        world.Devnet.Nodes[0].Terms.Rewrite = text =>
        {
            var reply = JsonNode.Parse(text)!;
            if (reply is JsonObject { } one && one["result"] is JsonObject block && block.ContainsKey(member))
            {
                block[member] = JsonNode.Parse(value);
            }

            return reply.ToJsonString();
        };

        var problem = await Assert.ThrowsAsync<ChainException>(
            () => world.AnswerAsync(world.Client.HeaderAsync(BlockId.At(1), Token)));
        Assert.Equal(ChainFault.BadReply, problem.Fault);
    }

    private static async Task<List<string>> CallsAsync(EvmWorld world, EvmCall call)
    {
        var results = await world.AnswerAsync(world.Client.CallEachAsync(
            [.. Enumerable.Range(1, 12).Select(number => (call, BlockId.At(number)))], Token));
        return [.. results.Select(result => Convert.ToHexString(((CallResult.Returned)result).Data.Span))];
    }

    private static string Shown(EvmLog log) => $"{log.BlockHash} {log.Index} {log.Address} {Convert.ToHexString(log.Data.Span)}";

    /// <summary>One thing that is wrong with a batch; what stands in an answer itself is not made up.</summary>
    private static string Tampered(string text, Random random)
    {
        if (JsonNode.Parse(text) is not JsonArray batch || batch.Count == 0)
        {
            return text;
        }

        var place = random.Next(batch.Count);
        switch (random.Next(9))
        {
            case 0:
                batch.RemoveAt(place);
                break;
            case 1:
                batch.Add(batch[place]!.DeepClone());
                break;
            case 2:
                batch[place]!["id"] = batch[random.Next(batch.Count)]!["id"]!.DeepClone();
                break;
            case 3:
                batch[place]!["id"] = random.Next(3) switch { 0 => null, 1 => "1", _ => 999 };
                break;
            case 4:
                batch[place]!["result"] = random.Next(4) switch { 0 => "0x0", 1 => 7, 2 => new JsonObject(), _ => "0xzz" };
                break;
            case 5:
                ((JsonObject)batch[place]!).Remove("result");
                break;
            case 6:
                batch[place] = random.Next(2) == 0 ? null : new JsonArray();
                break;
            case 7:
                return text[..random.Next(text.Length)];
            default:
                break;
        }

        return batch.ToJsonString();
    }
}
