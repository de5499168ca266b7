using System.Text.Json;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Rpc;
using Outpost.Chains.Wire.Emissions.Query;

namespace Outpost.Tests.Rpc;

/// <summary>How a node on Cosmos SDK 0.50 wraps the refusals of queries, and what is made of them.</summary>
public sealed class CometTransportTests
{
    [Theory]
    [InlineData("sdk", 6u, "unknown query path: unknown request", ChainFault.UnknownPath, "")]
    [InlineData("sdk", 22u, "rpc error: code = NotFound desc = account allo1x not found: key not found",
        ChainFault.NotFound, "account allo1x not found")]
    [InlineData("sdk", 18u, "rpc error: code = InvalidArgument desc = empty address string: invalid request",
        ChainFault.Refused, "empty address string")]
    [InlineData("sdk", 18u, "rpc error: code = Unknown desc = account sequence mismatch, expected 5, got 4: incorrect "
        + "account sequence with gas used: '0': invalid request", ChainFault.Refused,
        "account sequence mismatch, expected 5, got 4: incorrect account sequence with gas used: '0'")]
    [InlineData("sdk", 18u, "rpc error: code = Unknown desc = height 10 is not available, lowest height is 70: "
        + "invalid request", ChainFault.NotFound, "")]
    [InlineData("sdk", 18u, "unfulfilled nonce not found", ChainFault.Refused, "unfulfilled nonce not found")]
    public async Task Unwraps_the_status_of_a_refused_query(
        string codespace, uint code, string log, ChainFault expected, string words)
    {
        var fault = await RefusedAsync(codespace, code, log);

        Assert.Equal((expected, 0u), (fault.Fault, fault.Code));
        Assert.Contains(words, fault.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("rpc error", fault.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_the_code_of_a_module()
    {
        var fault = await RefusedAsync("emissions", 67, "Worker window not open");

        Assert.Equal((ChainFault.Refused, "emissions", 67u), (fault.Fault, fault.Codespace, fault.Code));
        Assert.Equal(Refusal.WindowNotOpen, Refusals.Classify(fault));
    }

    private static Task<ChainException> RefusedAsync(string codespace, uint code, string log)
    {
        var body = JsonSerializer.Serialize(FakeNode.Reply(new { response = new { code, codespace, log } }));
        var transport = new CometTransport(
            new HttpCalls(new HttpMessageInvoker(new CannedNetwork(_ => CannedNetwork.Json(200, body))),
                TimeProvider.System, TimeSpan.FromSeconds(5)),
            new Uri("http://node.test"));
        return Assert.ThrowsAsync<ChainException>(() => transport.QueryAsync("/emissions.v10.QueryService/GetTopic",
            new GetTopicRequest { TopicId = 1 }, GetTopicResponse.Parser, TestContext.Current.CancellationToken));
    }
}
