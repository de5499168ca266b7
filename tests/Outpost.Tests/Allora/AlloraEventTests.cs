using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Rpc;
using Outpost.Tests.Keys;

namespace Outpost.Tests.Allora;

/// <summary>Real events (tests/vectors/allora-replies.json), and such as the chain's protos describe.</summary>
public sealed class AlloraEventTests
{
    [Fact]
    public void Reads_real_admissions_of_both_versions()
    {
        var events = VectorFile.Read("allora-replies.json").GetProperty("tx_events").EnumerateArray()
            .SelectMany(vector => Inclusion.Events(CometJson.Events(vector, "events")));

        Assert.Equal(
            [
                new AlloraEvent.InferenceAdmitted(
                    new TopicId(83), new(10499999), "allo19f8ljwal8hrsfv7udvv0pzcgyd2hukd6whh550"),
                new AlloraEvent.InferenceAdmitted(
                    new TopicId(71), new(9977427), "allo1xh7kcr6vrkp9lwsu2qnf0wvt93u23pf63aqrpz"),
            ],
            AlloraEvent.Read(events));
    }

    [Fact]
    public void Passes_over_the_real_events_that_no_worker_acts_on()
    {
        var value = VectorFile.Read("allora-replies.json").GetProperty("websocket").GetProperty("message")
            .GetProperty("result").GetProperty("data").GetProperty("value");
        var events = Inclusion.Events(CometJson.Events(value, "events"));

        Assert.Equal(3, events.Count);
        var commit = events.Single(one => one.Type.EndsWith("LastCommitSet", StringComparison.Ordinal));
        Assert.Equal("EndBlock", commit["mode"]);
        Assert.Empty(AlloraEvent.Read(events));
    }

    [Theory]
    [InlineData("emissions.v9.")]
    [InlineData("emissions.v10.")]
    [InlineData("emissions.v11.")]
    public void Reads_the_windows_events_whatever_the_version(string prefix)
    {
        ChainEvent[] events =
        [
            Event(prefix + "EventWorkerSubmissionWindowOpened", ("topic_id", "\"71\""),
                ("nonce_block_height", "\"100\""), ("window_end_block", "\"112\""), ("mode", "EndBlock")),
            Event(prefix + "EventWorkerSubmissionWindowClosed", ("topic_id", "\"71\""),
                ("nonce_block_height", "\"88\""), ("mode", "EndBlock")),
            Event(prefix + "EventTopicStatusChanged", ("is_active", "true"), ("topic_id", "\"5\"")),
            Event(prefix + "EventTopicStatusChanged", ("is_active", "false"), ("topic_id", "\"6\"")),
        ];

        Assert.Equal(
            [
                new AlloraEvent.WorkerWindowOpened(new TopicId(71), new(100), new(112)),
                new AlloraEvent.WorkerWindowClosed(new TopicId(71), new(88)),
                new AlloraEvent.TopicStatusChanged(new TopicId(5), true),
                new AlloraEvent.TopicStatusChanged(new TopicId(6), false),
            ],
            AlloraEvent.Read(events));
    }

    [Fact]
    public void Reads_what_became_of_forecasts_and_losses()
    {
        ChainEvent[] events =
        [
            Event("emissions.v10.EventInsertForecasterPayload", ("topic_id", "\"5\""), ("nonce", "\"7\""),
                ("forecaster", "\"allo1f\"")),
            Event("emissions.v9.EventInsertReputerPayload", ("topic_id", "\"63\""), ("nonce", "\"9959904\""),
                ("reputer", "\"allo1r\"")),
            Event("emissions.v10.EventReputerSubmissionWindowOpened", ("topic_id", "\"5\""),
                ("nonce_block_height", "\"7\""), ("window_end_block", "\"31\"")),
            Event("emissions.v10.EventReputerSubmissionWindowClosed", ("topic_id", "\"5\""),
                ("nonce_block_height", "\"7\"")),
            Event("emissions.v10.EventRewardsSettled", ("topic_id", "\"5\""), ("block_height", "\"7\""),
                ("actor_type", "\"ACTOR_TYPE_REPUTER\""), ("addresses", "[\"allo1a\",\"allo1b\"]"),
                ("rewards", "[\"17\",\"0.5\"]")),
            Event("emissions.v10.EventRewardsSettled", ("topic_id", "\"5\""), ("block_height", "\"7\""),
                ("actor_type", "\"ACTOR_TYPE_REPUTER\""), ("addresses", "[\"allo1a\"]"), ("rewards", "[]")),
        ];

        var read = AlloraEvent.Read(events).ToArray();

        Assert.Equal(
            [
                new AlloraEvent.ForecastAdmitted(new TopicId(5), new(7), "allo1f"),
                new AlloraEvent.LossesAdmitted(new TopicId(63), new(9959904), "allo1r"),
                new AlloraEvent.ReputerWindowOpened(new TopicId(5), new(7), new(31)),
                new AlloraEvent.ReputerWindowClosed(new TopicId(5), new(7)),
            ],
            read[..4]);
        var paid = Assert.IsType<AlloraEvent.RewardsPaid>(Assert.Single(read[4..]));
        Assert.Equal((ActorRole.Reputer, new TopicId(5), 7L), (paid.Role, paid.Topic, paid.Nonce.Value));
        Assert.Equal([new("allo1a", "17"), new("allo1b", "0.5")], paid.RewardsUallo);
    }

    [Fact]
    public void Passes_over_what_is_malformed_or_of_another_module()
    {
        ChainEvent[] events =
        [
            Event("emissions.v10.EventWorkerSubmissionWindowOpened", ("topic_id", "\"71\"")),
            Event("emissions.v10.EventWorkerSubmissionWindowOpened", ("topic_id", "71"),
                ("nonce_block_height", "\"100\""), ("window_end_block", "\"112\"")),
            Event("emissions.v10.EventTopicStatusChanged", ("topic_id", "\"5\""), ("is_active", "maybe")),
            Event("emissions.v10.EventInsertInfererPayload", ("topic_id", "\"-1\""), ("nonce", "\"1\""),
                ("inferer", "\"a\"")),
            Event("other.v1.EventWorkerSubmissionWindowClosed", ("topic_id", "\"1\""),
                ("nonce_block_height", "\"2\"")),
            Event("emissions.v10.EventScoresSet", ("topic_id", "\"1\"")),
        ];

        Assert.Empty(AlloraEvent.Read(events));
    }

    private static ChainEvent Event(string type, params (string Key, string Value)[] attributes) =>
        new(type, [.. attributes.Select(one => KeyValuePair.Create(one.Key, one.Value))]);
}
