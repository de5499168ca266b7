using System.Net;
using Outpost.Chains;
using Outpost.Chains.Rpc;
using Outpost.Chains.Wire.Emissions.Query;

namespace Outpost.Tests.Rpc;

/// <summary>Where each protocol tells of which block its answer is.</summary>
public sealed class HeightsToldTests
{
    private readonly List<(long Height, DateTimeOffset? Time)> _heard = [];

    [Theory]
    [InlineData("grpc-metadata-x-cosmos-block-height", "7038753", 7038753L)]
    [InlineData("X-Cosmos-Block-Height", "12", 12L)]
    [InlineData("x-cosmos-block-height", "-1", null)]
    [InlineData("x-cosmos-block-height", "0", null)]
    [InlineData("x-other", "12", null)]
    public async Task The_rest_gateway_tells_by_a_header(string header, string value, long? expected)
    {
        var transport = new LcdTransport(Over(() =>
        {
            var reply = CannedNetwork.Json(200, """{"exists":true}""");
            reply.Headers.TryAddWithoutValidation(header, value);
            return reply;
        }), new Uri("http://lcd"));

        Assert.Equal(expected, await ToldByAsync(transport));
    }

    [Theory]
    [InlineData("0", 12L)]
    [InlineData("5", 12L)]
    public async Task Grpc_tells_by_metadata_also_with_a_refusal(string status, long? expected)
    {
        var transport = new GrpcTransport(Over(() =>
        {
            var reply = new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new ByteArrayContent(status == "0" ? [0, 0, 0, 0, 0] : []),
            };
            reply.Headers.TryAddWithoutValidation("x-cosmos-block-height", "12");
            reply.TrailingHeaders.TryAddWithoutValidation("grpc-status", status);
            return reply;
        }), new Uri("http://grpc"));

        Assert.Equal(expected, await ToldByAsync(transport));
    }

    [Theory]
    [InlineData("""{"code":0,"height":"12","value":null}""", 12L)]
    [InlineData("""{"code":22,"codespace":"sdk","height":"12","log":"key not found"}""", 12L)]
    [InlineData("""{"code":0,"height":"0","value":null}""", null)]
    [InlineData("""{"code":0,"value":null}""", null)]
    public async Task Comet_tells_in_the_answer(string response, long? expected)
    {
        var transport = new CometTransport(
            Over(() => CannedNetwork.Json(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"response\":" + response + "}}")),
            new Uri("http://rpc"));

        Assert.Equal(expected, await ToldByAsync(transport));
    }

    [Fact]
    public async Task A_head_tells_its_time_too()
    {
        var transport = new CometTransport(Over(() => CannedNetwork.Json(200, """
            {"jsonrpc":"2.0","id":1,"result":{"node_info":{"network":"a"},"sync_info":
            {"latest_block_height":"12","latest_block_time":"2026-01-01T00:00:05Z","catching_up":false}}}
            """)), new Uri("http://rpc"));

        await transport.Telling(Listener()).HeadAsync(TestContext.Current.CancellationToken);

        Assert.Equal([(12, new DateTimeOffset(2026, 1, 1, 0, 0, 5, TimeSpan.Zero))], _heard);
    }

    private static HttpCalls Over(Func<HttpResponseMessage> answer) => new(
        new HttpMessageInvoker(new CannedNetwork(_ => answer())), TimeProvider.System, TimeSpan.FromSeconds(5));

    private HeightsTold Listener() => new((height, time) => _heard.Add((height, time)), height => _heard.Add((height, null)));

    private async Task<long?> ToldByAsync(ITransport transport)
    {
        var told = Listener();
        try
        {
            await ((ITransport)transport.Telling(told)).QueryAsync("/emissions.v10.QueryService/TopicExists",
                new TopicExistsRequest { TopicId = 71 }, TopicExistsResponse.Parser, TestContext.Current.CancellationToken);
        }
        catch (ChainException e) when (e.Fault is ChainFault.NotFound)
        {
            // What a refusal says of its height counts as well.
            Assert.Null(e.InnerException);
        }

        Assert.Equal(told.Oldest is { } height ? [(height, null)] : [], _heard);
        return told.Oldest;
    }
}
