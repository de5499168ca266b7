using Outpost.Chains.Allora;
using Outpost.Node.Duties;

namespace Outpost.Node.Submission;

/// <summary>What a refusal means for a submission: its reason, and whether the window allows another try.</summary>
internal static class RefusalPolicy
{
    public static (Reason Reason, bool IsFinal) Of(Refusal refusal) => refusal switch
    {
        Refusal.OutOfFunds or Refusal.UnknownAccount => (Reason.OutOfFunds, false),
        Refusal.WrongSequence or Refusal.FeeTooLow or Refusal.OutOfGas or Refusal.BadSignature
            or Refusal.MempoolFull or Refusal.WindowNotOpen or Refusal.NonceNotFound => (Reason.Refused, false),
        Refusal.NotRegistered => (Reason.NotRegistered, true),
        Refusal.NotWhitelisted => (Reason.NotWhitelisted, true),
        Refusal.TimeoutHeightPassed => (Reason.WindowClosed, true),
        _ => (Reason.Refused, true),
    };
}
