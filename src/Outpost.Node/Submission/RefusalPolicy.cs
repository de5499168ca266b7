using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;

namespace Outpost.Node.Submission;

/// <summary>What a refusal means for a submission: its reason, and whether the window allows another try.</summary>
internal static class RefusalPolicy
{
    public static (Reason Reason, bool IsFinal) Of(Refusal refusal) => refusal switch
    {
        Refusal.OutOfFunds or Refusal.UnknownAccount or Refusal.NoAllowance => (Reason.OutOfFunds, false),
        // The fee is raised until it is enough, and the number is put right: by itself this costs no more than time.
        Refusal.FeeTooLow or Refusal.WrongSequence => (Reason.WindowClosed, false),
        // The chain did open this window: where it does not know it any more, its last block is there.
        Refusal.WindowNotOpen or Refusal.NonceNotFound => (Reason.WindowClosed, false),
        Refusal.MempoolFull => (Reason.MempoolFull, false),
        Refusal.OutOfGas or Refusal.BadSignature => (Reason.Refused, false),
        Refusal.NotRegistered => (Reason.NotRegistered, true),
        Refusal.NotWhitelisted => (Reason.NotWhitelisted, true),
        // These bytes may have been cut short for the sake of those before them: the window ends by its own last block.
        Refusal.TimeoutHeightPassed => (Reason.WindowClosed, false),
        Refusal.AlreadySubmitted => (Reason.SubmittedElsewhere, true),
        _ => (Reason.Refused, true),
    };

    /// <summary>It speaks of the account or of the node: what else would be sent now meets the same.</summary>
    public static bool IsForAll(Refusal refusal) => refusal is Refusal.OutOfFunds or Refusal.UnknownAccount
        or Refusal.NoAllowance or Refusal.FeeTooLow or Refusal.MempoolFull or Refusal.BadSignature;

    /// <summary>
    /// The word that counts. A node that took these bytes before, and has them no more, proves nothing by taking them
    /// again: what another says against them does.
    /// </summary>
    public static CheckResult Counting(CheckResult check, bool wasTaken) =>
        wasTaken && check is { Code: 0, Against: { } against }
        && CondemnsBytes(Refusals.Classify(against.Codespace, against.Code, against.Log))
            ? against
            : check;

    /// <summary>These very bytes will not be taken, however often they are sent; other bytes may be.</summary>
    public static bool CondemnsBytes(Refusal refusal) =>
        refusal is Refusal.FeeTooLow or Refusal.OutOfGas or Refusal.BadSignature or Refusal.Undecodable;
}
