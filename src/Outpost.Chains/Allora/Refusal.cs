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
    NoAllowance,
    UnknownAccount,
    TimeoutHeightPassed,
    WindowNotOpen,
    NonceNotFound,
    AlreadySubmitted,
    NotRegistered,
    AlreadyRegistered,
    NotWhitelisted,
    StakeTooLow,
    TopicMissing,
    Undecodable,
    InvalidPayload,
    TooLarge,
    WrongChain,
    Unknown,
}
