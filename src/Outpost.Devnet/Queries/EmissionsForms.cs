using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Chains.Wire.Emissions.V3;
using Outpost.Devnet.Allora;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;
using Score = Outpost.Chains.Wire.Emissions.V3.Score;

namespace Outpost.Devnet.Queries;

/// <summary>The emissions module's state in the forms of its queries.</summary>
internal static class EmissionsForms
{
    public static GetParamsResponse Params(EmissionsModule module) => new()
    {
        Params = new Params
        {
            Version = $"v{(int)module.Version}",
            MaxSerializedMsgLength = module.Limits.MaxSerializedLength,
            RequiredMinimumStake = Text(module.Limits.MinimumStake),
            MinEpochLength = 12,
            MaxUnfulfilledWorkerRequests = (ulong)module.Limits.MaxUnfulfilledWorkerRequests,
            MaxUnfulfilledReputerRequests = (ulong)module.Limits.MaxUnfulfilledReputerRequests,
            MaxTopInferersToReward = (ulong)module.Limits.MaxTopInferers,
            MaxTopForecastersToReward = (ulong)module.Limits.MaxTopForecasters,
            MaxTopReputersToReward = (ulong)module.Limits.MaxTopReputers,
            RegistrationFee = Text(module.Limits.RegistrationFee),
            DataSendingFee = Text(module.Limits.DataSendingFee),
            MaxElementsPerForecast = (ulong)module.Limits.MaxElementsPerForecast,
            MaxActiveTopicsPerBlock = (ulong)module.Limits.MaxActiveTopicsPerBlock,
            MaxStringLength = 255,
        },
    };

    public static GetTopicResponse Topic(TopicState topic, EmissionsVersion version)
    {
        var options = topic.Options;
        var result = new Chains.Wire.Emissions.Query.Topic
        {
            Id = topic.Id,
            Creator = ModuleAccounts.Emissions,
            Metadata = options.Metadata,
            LossMethod = options.LossMethod,
            EpochLastEnded = topic.EpochLastEnded,
            EpochLength = topic.EpochLength,
            GroundTruthLag = options.GroundTruthLag,
            PNorm = "3",
            AlphaRegret = "0.1",
            AllowNegative = options.AllowsNegative,
            Epsilon = "0.01",
            InitialRegret = Text(topic.Losses.InitialRegret),
            WorkerSubmissionWindow = topic.WorkerWindow,
            MeritSortitionAlpha = "0.1",
            ActiveInfererQuantile = "0.25",
            ActiveForecasterQuantile = "0.25",
            ActiveReputerQuantile = "0.25",
            CNorm = "0.75",
        };
        if (version != EmissionsVersion.V9)
        {
            result.TopicType = TopicType.Regression;
            result.OutputArity = options.IsMulti ? TopicOutputArity.Multi : TopicOutputArity.Single;
            result.RequireUnity = options.RequiresUnity;
            result.UnityTolerance = "0.01";
            result.MaxLabelsPerSubmission = options.IsMulti ? options.MaxLabels : 1;
            result.LabelWhitelist.AddRange(options.Labels);
            result.LabelDefaultValue = "0";
        }

        return new()
        {
            Topic = result,
            Weight = "1000000",
            EffectiveRevenue = "0",
            TopicStake = Text(StakeOf(topic)),
        };
    }

    /// <summary>All stakes of a topic, in uallo.</summary>
    public static BigInteger StakeOf(TopicState topic) =>
        topic.Losses.Stakes.Values.Aggregate(BigInteger.Zero, (sum, stake) => sum + stake);

    public static Forecasts Forecasts(ClosedNonce? closed)
    {
        // What was sent has the layout of what is stored.
        var result = new Forecasts();
        result.Forecasts_.AddRange((closed?.Forecasts ?? [])
            .Select(forecast => Forecast.Parser.ParseFrom(forecast.ToByteString())));
        return result;
    }

    public static Scores Scores(TopicState topic, long nonce, IReadOnlyDictionary<string, decimal>? scores)
    {
        var result = new Scores();
        result.Scores_.AddRange((scores ?? new Dictionary<string, decimal>())
            .Select(of => Score(topic, of.Key, nonce, of.Value)));
        return result;
    }

    public static Score Score(TopicState topic, string actor, long nonce, decimal score) => new()
    {
        TopicId = topic.Id,
        BlockHeight = nonce,
        Address = actor,
        Score_ = Text(score),
    };

    public static string Text(BigInteger amount) => amount.ToString(CultureInfo.InvariantCulture);

    private static string Text(decimal number) =>
        ExactDecimal.Parse(number.ToString(CultureInfo.InvariantCulture)).ToCanonicalText();

    public static Inferences Inferences(TopicState topic, ClosedNonce closed, EmissionsModule module)
    {
        var result = new Inferences();
        foreach (var item in closed.Inferences)
        {
            var inference = new Inference
            {
                TopicId = topic.Id,
                BlockHeight = closed.Nonce,
                Inferer = item.Inferer,
                ExtraData = ByteString.CopyFrom(item.ExtraData),
                Proof = item.Proof,
            };
            if (module.Version == EmissionsVersion.V9)
            {
                inference.Value = item.Values[0];
            }
            else
            {
                inference.Values.AddRange(item.Values);
            }

            result.Inferences_.Add(inference);
        }

        return result;
    }
}
