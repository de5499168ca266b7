using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Allora;
using Outpost.Node.Duties;
using Outpost.Node.Submission;

namespace Outpost.Tests.Node.Submission;

public sealed class GasBookTests
{
    [Fact]
    public void What_is_much_longer_is_simulated_and_what_is_a_little_longer_is_scaled()
    {
        var book = new GasBook(1.5m);
        Assert.Null(book.LimitFor(Message(1100)));
        book.Learn(Message(1100), 200_000);

        Assert.Equal(300_000UL, book.LimitFor(Message(1100)));
        Assert.Equal(300_000UL, book.LimitFor(Message(1030)));
        Assert.Equal(545_455UL, book.LimitFor(Message(2000)));
        Assert.Null(book.LimitFor(Message(2050)));
        Assert.Null(book.LimitFor(Message(1000)));
        Assert.Null(book.LimitFor(Message(1100, "/emissions.v10.RegisterRequest")));
    }

    [Fact]
    public void The_largest_use_counts_until_it_is_forgotten()
    {
        var book = new GasBook(1);
        book.Learn(Message(600), 200_000);
        book.Learn(Message(700), 300_000);
        book.Learn(Message(900), 250_000);
        Assert.Equal(300_000UL, book.LimitFor(Message(600)));
        Assert.Equal(385_715UL, book.LimitFor(Message(900)));

        book.Forget(Message(1000));
        Assert.Null(book.LimitFor(Message(600)));
    }

    [Fact]
    public void A_message_without_content_has_its_gas_too()
    {
        var book = new GasBook(1);
        book.Learn(Message(0), 60_000);
        Assert.Equal(60_000UL, book.LimitFor(Message(0)));
    }

    /// <summary>A topic with a thousand labels makes bundles a hundred times as long as one with two.</summary>
    [Fact]
    public async Task Short_and_long_bundles_of_one_kind_never_run_out_of_gas_on_the_chain()
    {
        const int Labels = 1_000;
        var many = $"{{{string.Join(',', Enumerable.Range(0, Labels).Select(number => $"\"label-{number:0000}\":0.{number + 1}"))}}}";
        await using var node = await NodeOnDevnet.StartAsync(options => options with
        {
            Topics =
            [
                .. new[] { 1UL, 2UL }.Select(id => new Outpost.Devnet.TopicOptions
                {
                    Id = new TopicId(id),
                    IsMulti = true,
                    MaxLabels = Labels,
                    EpochLength = 20,
                    WorkerWindow = 10,
                    GroundTruthLag = 20,
                    FirstOpening = id == 1 ? 20 : 30,
                }),
            ],
        });
        node.Model = new ByTopic(new() { [1] = """{"up":0.5,"down":0.5}""", [2] = many });
        node.Run(1, 2);

        await node.UntilAsync(() => node.Status.Topics.All(topic => topic.Included >= 2), "two windows of each topic");
        Assert.Equal(0, node.Devnet.Observer.Delivered.GetValueOrDefault(("sdk", 11U)));
        Assert.DoesNotContain(node.Status.RecentEnds, end => end.Outcome is Outcome.Missed);
    }

    private static Any Message(int bytes, string typeUrl = "/emissions.v10.InsertReputerPayloadRequest") =>
        new() { TypeUrl = typeUrl, Value = ByteString.CopyFrom(new byte[bytes]) };

    private sealed class ByTopic(Dictionary<int, string> answers) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage
            {
                Content = new StringContent(answers[request.RequestUri!.AbsolutePath[1] - '0']),
            });
    }
}
