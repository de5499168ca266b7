using System.Globalization;
using Google.Protobuf;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Emissions.Query;
using Outpost.Devnet.Allora;
using Outpost.Devnet.Ledger;

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
            RequiredMinimumStake = "10000",
            MinEpochLength = 12,
            MaxUnfulfilledWorkerRequests = (ulong)module.Limits.MaxUnfulfilledWorkerRequests,
            MaxUnfulfilledReputerRequests = (ulong)module.Limits.MaxUnfulfilledReputerRequests,
            MaxTopInferersToReward = (ulong)module.Limits.MaxTopInferers,
            MaxTopForecastersToReward = (ulong)module.Limits.MaxTopForecasters,
            MaxTopReputersToReward = 6,
            RegistrationFee = module.Limits.RegistrationFee.ToString(CultureInfo.InvariantCulture),
            DataSendingFee = module.Limits.DataSendingFee.ToString(CultureInfo.InvariantCulture),
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
            InitialRegret = "0",
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
            result.UnityTolerance = "0.01";
            result.MaxLabelsPerSubmission = options.IsMulti ? options.MaxLabels : 1;
            result.LabelWhitelist.AddRange(options.Labels);
            result.LabelDefaultValue = "0";
        }

        return new() { Topic = result, Weight = "1000000", EffectiveRevenue = "0", TopicStake = "1000000" };
    }

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
