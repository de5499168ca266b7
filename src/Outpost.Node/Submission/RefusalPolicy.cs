using Outpost.Chains.Allora;
using Outpost.Node.Duties;

namespace Outpost.Node.Submission;

/// <summary>What a refusal means for a submission: its reason, and whether the window allows another try.</summary>
internal static class RefusalPolicy
{
    public static (Reason Reason, bool IsFinal) Of(Refusal refusal) => refusal switch
    {
        Refusal.OutOfFunds or Refusal.UnknownAccount or Refusal.NoAllowance => (Reason.OutOfFunds, false),
        Refusal.FeeTooLow => (Reason.FeeAboveCap, false),
        Refusal.MempoolFull => (Reason.MempoolFull, false),
        Refusal.WrongSequence or Refusal.OutOfGas or Refusal.BadSignature or Refusal.WindowNotOpen
            or Refusal.NonceNotFound => (Reason.Refused, false),
        Refusal.NotRegistered => (Reason.NotRegistered, true),
        Refusal.NotWhitelisted => (Reason.NotWhitelisted, true),
        Refusal.TimeoutHeightPassed => (Reason.WindowClosed, true),
        Refusal.AlreadySubmitted => (Reason.SubmittedElsewhere, true),
        _ => (Reason.Refused, true),
    };

    /// <summary>It speaks of the account or of the node: what else would be sent now meets the same.</summary>
    public static bool IsForAll(Refusal refusal) => refusal is Refusal.OutOfFunds or Refusal.UnknownAccount
        or Refusal.NoAllowance or Refusal.FeeTooLow or Refusal.MempoolFull or Refusal.BadSignature;

    /// <summary>These very bytes will not be taken, however often they are sent; other bytes may be.</summary>
    public static bool CondemnsBytes(Refusal refusal) =>
        refusal is Refusal.FeeTooLow or Refusal.OutOfGas or Refusal.BadSignature or Refusal.Undecodable;
}
