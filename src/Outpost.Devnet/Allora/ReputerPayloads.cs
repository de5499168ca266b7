using Google.Protobuf;
using Outpost.Chains.Wire.Emissions.V9;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>
/// InsertReputerPayload in the chain's order (x/emissions/keeper/msgserver/msg_server_reputer_payload.go): permission,
/// bundle, size, topic, nonces, window, registration, stake, fee, seat. Whether a bundle is complete is asked only when
/// its nonce is settled.
/// </summary>
internal sealed class ReputerPayloads(EmissionsModule module)
{
    public Refused? Run(IMessage message, TxContext context, UndoLog undo)
    {
        var request = LossForm.ToV10(message)!;
        var signed = request.ReputerValueBundle;
        if (signed?.ValueBundle is not { } bundle)
        {
            return Refused.InvalidRequest("reputer value bundle cannot be nil");
        }

        return Permission(request.Sender, bundle)
            ?? Bundle(message, signed, out var canonical)
            ?? Window(bundle, context.Height, out var topic)
            ?? Standing(topic!, bundle.Reputer)
            ?? module.TakeDataFee(request.Sender, context)
            ?? Seat(topic!, canonical, context, undo);
    }

    private Refused? Permission(string sender, InputValueBundle bundle)
    {
        if (Address.Problem(sender) is { } badSender)
        {
            return Refused.InvalidAddress($"invalid sender address ({badSender})");
        }

        if (Address.Problem(bundle.Reputer) is { } badReputer)
        {
            return Refused.InvalidAddress($"invalid reputer address ({badReputer})");
        }

        return module.CanSubmitReputerPayload(bundle.TopicId, bundle.Reputer)
            ? null
            : Refused.Emissions(84, "not permitted to submit reputer payload");
    }

    private Refused? Bundle(IMessage message, InputReputerValueBundle signed, out InputValueBundle canonical)
    {
        if (ReputerRules.Check(signed, out canonical) is { } refused)
        {
            var nonce = signed.ValueBundle.ReputerRequestNonce?.ReputerNonce?.BlockHeight ?? 0;
            return refused.Within($"reputer invalid data for block: {nonce}");
        }

        return module.TooLong(message);
    }

    private Refused? Window(InputValueBundle bundle, long height, out TopicState? topic)
    {
        var nonce = bundle.ReputerRequestNonce.ReputerNonce.BlockHeight;
        if (!module.Topics.TryGetValue(bundle.TopicId, out topic))
        {
            return Refused.Emissions(6, "invalid topic ID");
        }

        if (topic.WorkerNonces.Contains(nonce))
        {
            return Refused.Emissions(45, $"worker nonce {nonce} of topic {topic.Id}: nonce still unfulfilled");
        }

        if (!topic.ReputerNonces.Contains(nonce))
        {
            return Refused.Emissions(
                75, $"unfulfilled nonce not found: topic {bundle.TopicId}, reputer nonce {nonce}");
        }

        var (start, end) = topic.ReputerWindow(nonce);
        return height < start || height > end
            ? Refused.Emissions(68,
                $"Reputer window not open for topic: {bundle.TopicId}, current block {height}, "
                + $"start window: {start}, end window: {end}: reputer nonce window not available")
            : null;
    }

    private Refused? Standing(TopicState topic, string reputer)
    {
        if (!topic.Reputers.ContainsKey(reputer))
        {
            return Refused.Emissions(
                13, $"reputer {reputer} in topic {topic.Id}: address is not registered in this topic");
        }

        var stake = topic.Losses.Stakes.GetValueOrDefault(reputer);
        return stake < module.Limits.MinimumStake
            ? Refused.Emissions(
                11, $"reputer {reputer} has {stake} of {module.Limits.MinimumStake}uallo: insufficient stake")
            : null;
    }

    private Refused? Seat(TopicState topic, InputValueBundle bundle, TxContext context, UndoLog undo)
    {
        var nonce = bundle.ReputerRequestNonce.ReputerNonce.BlockHeight;
        var seats = new Seats<InputValueBundle>(
            topic.Losses.Open[nonce], topic.Losses.Scores, module.Limits.MaxTopReputers,
            "reputer loss already submitted");
        if (seats.Take(bundle.Reputer, bundle, nonce, undo, out var isAdmitted) is { } refused)
        {
            return refused;
        }

        if (isAdmitted)
        {
            context.Events.Add(Emit.Typed(
                module.EventName("EventInsertReputerPayload"),
                ("topic_id", Emit.Number(topic.Id)), ("nonce", Emit.Number(nonce)), ("reputer", bundle.Reputer),
                ("bundle", BundleJson.Of(LossTable.Stored(bundle)))));
        }

        return null;
    }
}
