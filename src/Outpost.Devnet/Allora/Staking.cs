using System.Globalization;
using System.Numerics;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>AddStakeRequest (x/emissions/keeper/msgserver/msg_server_stake.go). Stakes are per topic.</summary>
internal sealed class Staking(EmissionsModule module)
{
    public Refused? Run(AddStakeRequest request, TxContext context, UndoLog undo)
    {
        if (Address.Problem(request.Sender) is { } problem)
        {
            return Refused.InvalidAddress(problem);
        }

        if (!module.Topics.TryGetValue(request.TopicId, out var topic))
        {
            return Refused.Emissions(23, "topic does not exist");
        }

        if (!topic.Reputers.ContainsKey(request.Sender))
        {
            return Refused.Emissions(10, "address is not registered in this topic");
        }

        if (!module.CanSubmitReputerPayload(topic.Id, request.Sender))
        {
            return Refused.Emissions(90, "not permitted to add stake");
        }

        var amount = BigInteger.Parse(request.Amount, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (amount.Sign <= 0)
        {
            return Refused.Emissions(51, "amount must be greater than zero");
        }

        if (context.Book.Move(request.Sender, ModuleAccounts.Staking, amount) is { } refused)
        {
            return refused;
        }

        var stakes = topic.Losses.Stakes;
        undo.Set(stakes, request.Sender, stakes.GetValueOrDefault(request.Sender) + amount);
        context.Events.AddRange(Emit.Transfer(request.Sender, ModuleAccounts.Staking, amount));
        context.Events.Add(Emit.Typed(
            module.EventName("EventAddStake"),
            ("topic_id", Emit.Number(topic.Id)), ("reputer", request.Sender), ("delegator", ""),
            ("amount", amount.ToString(CultureInfo.InvariantCulture))));
        return null;
    }
}
