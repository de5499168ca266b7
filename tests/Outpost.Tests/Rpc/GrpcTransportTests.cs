using System.Net;
using Google.Protobuf;
using Outpost.Chains;
using Outpost.Chains.Rpc;
using Outpost.Chains.Wire.Emissions.Query;

namespace Outpost.Tests.Rpc;

public sealed class GrpcTransportTests
{
    [Fact]
    public async Task Frames_the_request_and_reads_the_framed_answer()
    {
        byte[] sent = [];
        var headers = "";
        var transport = Over(request =>
        {
            sent = request.Content!.ReadAsByteArrayAsync().GetAwaiter().GetResult();
            headers = $"{request.Version} {request.Headers.TE} {request.Headers.GetValues("grpc-timeout").Single()} "
                + $"{request.Content.Headers.ContentType} {request.RequestUri!.AbsolutePath}";
            return Framed(new TopicExistsResponse { Exists = true }, "0");
        });

        var reply = await AskAsync(transport);

        Assert.True(reply.Exists);
        Assert.Equal([0, 0, 0, 0, 2, 8, 71], sent);
        Assert.Equal("2.0 trailers 5000m application/grpc /emissions.v10.QueryService/TopicExists", headers);
    }

    [Theory]
    [InlineData("5", ChainFault.NotFound)]
    [InlineData("12", ChainFault.UnknownPath)]
    [InlineData("2", ChainFault.Refused)]
    [InlineData("3", ChainFault.Refused)]
    [InlineData("4", ChainFault.Timeout)]
    [InlineData("7", ChainFault.Forbidden)]
    [InlineData("8", ChainFault.RateLimited)]
    [InlineData("13", ChainFault.BadReply)]
    [InlineData("14", ChainFault.Unreachable)]
    public async Task Turns_statuses_into_faults_with_their_decoded_text(string status, ChainFault expected)
    {
        // A refused call carries its status in the headers or in the trailers.
        foreach (var isTrailersOnly in new[] { true, false })
        {
            var transport = Over(_ =>
            {
                var reply = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
                var fields = isTrailersOnly ? reply.Headers : reply.TrailingHeaders;
                fields.TryAddWithoutValidation("grpc-status", status);
                fields.TryAddWithoutValidation("grpc-message", "100%25 wrong%0Aindeed");
                return reply;
            });

            var fault = await Assert.ThrowsAsync<ChainException>(() => AskAsync(transport));

            Assert.Equal((expected, "100% wrong\nindeed"), (fault.Fault, fault.Log));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0000000003080100")]
    [InlineData("01000000020801")]
    [InlineData("0000000002ffff")]
    public async Task Refuses_a_body_that_is_not_one_whole_message(string hex)
    {
        var transport = Over(_ =>
        {
            var reply = new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new ByteArrayContent(Convert.FromHexString(hex)),
            };
            reply.TrailingHeaders.TryAddWithoutValidation("grpc-status", "0");
            return reply;
        });

        var fault = await Assert.ThrowsAsync<ChainException>(() => AskAsync(transport));

        Assert.Equal(ChainFault.BadReply, fault.Fault);
    }

    [Theory]
    [InlineData(502, ChainFault.Unreachable)]
    [InlineData(200, ChainFault.BadReply)]
    [InlineData(404, ChainFault.BadReply)]
    public async Task Tells_a_proxys_page_from_an_answer(int status, ChainFault expected)
    {
        var transport = Over(_ => CannedNetwork.Json(status, "<html>proxy</html>"));

        var fault = await Assert.ThrowsAsync<ChainException>(() => AskAsync(transport));

        Assert.Equal(expected, fault.Fault);
        Assert.Contains("proxy", fault.Message, StringComparison.Ordinal);
    }

    private static Task<TopicExistsResponse> AskAsync(GrpcTransport transport) => transport.QueryAsync(
        "/emissions.v10.QueryService/TopicExists", new TopicExistsRequest { TopicId = 71 }, TopicExistsResponse.Parser,
        TestContext.Current.CancellationToken);

    private static HttpResponseMessage Framed(IMessage message, string status)
    {
        var bytes = message.ToByteArray();
        var reply = new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent([0, 0, 0, 0, (byte)bytes.Length, .. bytes]),
        };
        reply.TrailingHeaders.TryAddWithoutValidation("grpc-status", status);
        return reply;
    }

    private static GrpcTransport Over(Func<HttpRequestMessage, HttpResponseMessage> answer) => new(
        new HttpCalls(new HttpMessageInvoker(new CannedNetwork(answer)), TimeProvider.System, TimeSpan.FromSeconds(5)),
        new Uri("http://node.test:9090"));
}
