using Google.Protobuf;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>
/// InsertWorkerPayload in the chain's order (x/emissions/keeper/msgserver/msg_server_worker_payload.go): addresses,
/// permission, bundle, size, topic, nonce, window, registration, fee, labels, admission.
/// </summary>
internal sealed class WorkerPayloads(EmissionsModule module, Admission admission)
{
    public Refused? Run(IMessage message, TxContext context, UndoLog undo)
    {
        var request = PayloadForm.ToV10(message)!;
        var bundle = request.WorkerDataBundle;
        if (bundle is null)
        {
            return Refused.InvalidRequest("worker data bundle cannot be nil");
        }

        return Permission(request.Sender, bundle)
            ?? Bundle(message, bundle, out var canonical)
            ?? Window(bundle, context.Height, out var topic)
            ?? Registered(topic!, bundle)
            ?? module.TakeDataFee(request.Sender, context)
            ?? Labels.Resolve(topic!, canonical.Inference, module.Version, undo, out var values)
            ?? admission.Admit(topic!, canonical, values, bundle.Nonce.BlockHeight, context, undo);
    }

    private Refused? Permission(string sender, InputWorkerDataBundle bundle)
    {
        if (Address.Problem(sender) is { } badSender)
        {
            return Refused.InvalidAddress($"invalid sender address ({badSender})");
        }

        if (Address.Problem(bundle.Worker) is { } badWorker)
        {
            return Refused.InvalidAddress($"invalid worker address ({badWorker})");
        }

        return module.CanSubmitWorkerPayload(bundle.TopicId, bundle.Worker)
            ? null
            : Refused.Emissions(83, "not permitted to submit worker payload");
    }

    private Refused? Bundle(
        IMessage message, InputWorkerDataBundle bundle, out InputInferenceForecastBundle canonical)
    {
        if (BundleRules.Check(bundle, out canonical) is { } refused)
        {
            return refused.Within($"worker invalid data for block: {bundle.Nonce?.BlockHeight ?? 0}");
        }

        return module.TooLong(message);
    }

    private Refused? Window(InputWorkerDataBundle bundle, long height, out TopicState? topic)
    {
        var nonce = bundle.Nonce.BlockHeight;
        if (!module.Topics.TryGetValue(bundle.TopicId, out topic))
        {
            return Refused.Emissions(6, "invalid topic ID");
        }

        if (!topic.WorkerNonces.Contains(nonce))
        {
            return Refused.Emissions(75, $"unfulfilled nonce not found: topic {bundle.TopicId}, nonce {nonce}");
        }

        return height < nonce || height > topic.WindowEnd(nonce)
            ? Refused.Emissions(67,
                $"Worker window not open for topic: {bundle.TopicId}, current block {height}, "
                + $"start window: {nonce}, end window: {topic.WindowEnd(nonce)}: worker nonce window not available")
            : null;
    }

    private static Refused? Registered(TopicState topic, InputWorkerDataBundle bundle) =>
        topic.Workers.ContainsKey(bundle.Worker)
            ? null
            : Refused.Emissions(
                13, $"worker {bundle.Worker} in topic {topic.Id}: address is not registered in this topic");
}
