using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>RegisterRequest (x/emissions/keeper/msgserver/msg_server_registrations.go).</summary>
internal sealed class Registration(EmissionsModule module)
{
    public Refused? Run(RegisterRequest request, TxContext context, UndoLog undo)
    {
        if (Address.Problem(request.Sender) is { } badSender)
        {
            return Refused.InvalidAddress(badSender);
        }

        if (Address.Problem(request.Owner) is { } badOwner)
        {
            return Refused.InvalidAddress(badOwner);
        }

        if (!module.Topics.TryGetValue(request.TopicId, out var topic))
        {
            return Refused.Emissions(23, "topic does not exist");
        }

        var actors = request.IsReputer ? topic.Reputers : topic.Workers;
        if (actors.ContainsKey(request.Sender))
        {
            return Refused.Emissions(8, "address already registered in topic");
        }

        var fee = module.Limits.RegistrationFee;
        if (context.Book.BalanceOf(request.Sender) < fee)
        {
            return Refused.Emissions(48, "registrant does not have enough denom to pay the registration fee");
        }

        if (context.Book.Move(request.Sender, ModuleAccounts.Emissions, fee) is { } refused)
        {
            return refused;
        }

        undo.Set(actors, request.Sender, request.Owner);
        context.Events.AddRange(Emit.Transfer(request.Sender, ModuleAccounts.Emissions, fee));
        var role = request.IsReputer ? "reputer" : "worker";
        context.Events.Add(Emit.Typed(
            module.EventName(request.IsReputer ? "EventReputerRegistered" : "EventWorkerRegistered"),
            ("topic_id", Emit.Number(request.TopicId)), (role, request.Sender), ("owner", request.Owner)));
        return null;
    }
}
