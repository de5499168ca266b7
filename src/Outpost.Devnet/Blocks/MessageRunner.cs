using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Wire.Cosmos.Bank;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet.Allora;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;
using V9 = Outpost.Chains.Wire.Emissions.V9;

namespace Outpost.Devnet.Blocks;

/// <summary>Runs the messages of a transaction one after the other; the first that fails ends them all.</summary>
internal sealed class MessageRunner(EmissionsModule module)
{
    private const ulong SendGas = 20_000;
    private const ulong RegisterGas = 60_000;
    private const ulong StakeGas = 60_000;
    private const ulong PayloadGas = 150_000;
    private readonly Registration _registration = new(module);
    private readonly Staking _staking = new(module);
    private readonly WorkerPayloads _workers = new(module, new Admission(module));
    private readonly ReputerPayloads _reputers = new(module);

    public Refused? Run(TxContext context, UndoLog undo, List<Any> responses)
    {
        for (var index = 0; index < context.Tx.Messages.Count; index++)
        {
            var message = context.Tx.Messages[index];
            var before = context.Events.Count;
            context.Events.Add(Emit.Plain(
                "message", ("action", message.TypeUrl), ("sender", message.Signer),
                ("module", message.Body is MsgSend ? "bank" : "emissions")));
            var refused = message.Body switch
            {
                MsgSend send => context.Gas.Consume(SendGas, "WriteFlat") ?? Send(send, context),
                RegisterRequest request =>
                    context.Gas.Consume(RegisterGas, "WriteFlat") ?? _registration.Run(request, context, undo),
                AddStakeRequest stake =>
                    context.Gas.Consume(StakeGas, "WriteFlat") ?? _staking.Run(stake, context, undo),
                InsertReputerPayloadRequest or V9.InsertReputerPayloadRequest =>
                    context.Gas.Consume(PayloadGas, "WriteFlat") ?? _reputers.Run(message.Body, context, undo),
                _ => context.Gas.Consume(PayloadGas, "WriteFlat") ?? _workers.Run(message.Body, context, undo),
            };
            if (refused is not null)
            {
                // Out of gas is not wrapped: it leaves the message by a panic that the transaction runner catches.
                return refused is { Codespace: "sdk", Code: 11 }
                    ? refused
                    : refused.Within($"failed to execute message; message index: {index}");
            }

            Emit.Mark(context.Events.Skip(before), "msg_index", index.ToString(CultureInfo.InvariantCulture));
            responses.Add(new Any { TypeUrl = ResponseUrl(message.TypeUrl), Value = Response(message.Body) });
        }

        return null;
    }

    private static ByteString Response(IMessage message) => message is RegisterRequest
        ? new RegisterResponse { Success = true, Message = "Node successfully registered" }.ToByteString()
        : ByteString.Empty;

    private static string ResponseUrl(string requestUrl) =>
        requestUrl.EndsWith("Request", StringComparison.Ordinal)
            ? $"{requestUrl[..^7]}Response"
            : $"{requestUrl}Response";

    private static Refused? Send(MsgSend send, TxContext context)
    {
        if (Address.Problem(send.ToAddress) is { } problem)
        {
            return Refused.InvalidAddress($"invalid to address: {problem}");
        }

        var text = send.Amount.Count == 1 ? send.Amount[0].Amount : "";
        if (!BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            || amount.IsZero)
        {
            return Refused.Sdk(10, $"{send.Amount}: invalid coins");
        }

        if (!string.Equals(send.Amount[0].Denom, FeeMarket.Denom, StringComparison.Ordinal))
        {
            return Refused.InsufficientFunds(
                $"spendable balance 0{send.Amount[0].Denom} is smaller than {amount}{send.Amount[0].Denom}");
        }

        if (context.Book.Move(send.FromAddress, send.ToAddress, amount) is { } refused)
        {
            return refused;
        }

        context.Events.AddRange(Emit.Transfer(send.FromAddress, send.ToAddress, amount));
        return null;
    }
}
