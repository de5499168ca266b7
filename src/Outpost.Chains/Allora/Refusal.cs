namespace Outpost.Chains.Allora;

/// <summary>Why the chain did not take a transaction, in kinds that each ask for another answer.</summary>
public enum Refusal
{
    None,
    AlreadyInMempool,
    MempoolFull,
    WrongSequence,
    BadSignature,
    OutOfGas,
    FeeTooLow,
    OutOfFunds,
    UnknownAccount,
    TimeoutHeightPassed,
    WindowNotOpen,
    NonceNotFound,
    AlreadySubmitted,
    NotRegistered,
    AlreadyRegistered,
    NotWhitelisted,
    TopicMissing,
    Undecodable,
    InvalidPayload,
    TooLarge,
    WrongChain,
    Unknown,
}

/// <summary>The one table from (codespace, code) to a <see cref="Refusal"/> (x/emissions/types/errors.go, SDK errors).</summary>
public static class Refusals
{
    /// <summary>Keyed by codespace and code; the log is read only where the chain gives a plain Go error.</summary>
    public static Refusal Classify(string codespace, uint code, string log) => throw new NotImplementedException();

    /// <summary>The sequence the chain expects, as only its text says it; null when it does not.</summary>
    public static ulong? ExpectedSequence(string log) => throw new NotImplementedException();
}
