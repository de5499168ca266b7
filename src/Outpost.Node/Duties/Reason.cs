namespace Outpost.Node.Duties;

/// <summary>
/// The closed catalogue of why a duty was not done. The code is what journal, logs and metrics say;
/// docs/reasons.md is made from this list.
/// </summary>
/// <param name="Code">Stable name, lower case with dashes.</param>
/// <param name="Summary">What happened, one sentence.</param>
/// <param name="Fix">What a person can do.</param>
public sealed record Reason(string Code, string Summary, string Fix)
{
    public static readonly Reason ModelUnreachable = new("model-unreachable",
        "The entrypoint could not be reached while the window was open.",
        "Start the model, or correct the URL, path or command of the topic's entrypoint; 'outpost try' asks it.");

    public static readonly Reason ModelTimeout = new("model-timeout",
        "The entrypoint did not answer in time.",
        "Make the model faster, or raise the entrypoint's timeout if the window is long enough.");

    public static readonly Reason ModelError = new("model-error",
        "The entrypoint answered with an error: an HTTP status, an exception, or a program that ended.",
        "Look into the model's own log; 'outpost try' asks it once and shows what came of it.");

    public static readonly Reason ModelAnswerInvalid = new("model-answer-invalid",
        "The entrypoint's answer is not the finite decimal number, or numbers, that it was asked for.",
        "Let the model answer with a plain number, such as 3012.45.");

    public static readonly Reason WindowClosed = new("window-closed",
        "The window closed before the answer was in a block.",
        "See the duty's attempts: a slow model, a slow endpoint or a full block took the time.");

    public static readonly Reason SeenTooLate = new("seen-too-late",
        "The window was already closed when this node saw it.",
        "The node was stopped or had no live endpoint; add a second endpoint.");

    public static readonly Reason ChainUnreachable = new("chain-unreachable",
        "No endpoint of the chain could be reached until the window closed.",
        "Check the endpoints in the config; add one of another provider.");

    public static readonly Reason OutOfFunds = new("out-of-funds",
        "The account could not pay the fee until the window closed.",
        "Send uallo to the account, or set a fee granter.");

    public static readonly Reason FeeAboveCap = new("fee-above-cap",
        "The chain asked for a higher fee than lane.maxFeeUallo, or a fixed lane.gasPriceUallo, allows.",
        "Raise the one that is set, or accept that windows at such prices are left out.");

    public static readonly Reason MempoolFull = new("mempool-full",
        "The nodes had no room for another transaction until the window closed.",
        "Add endpoints of other providers; a higher fee does not help.");

    public static readonly Reason ChainHalted = new("chain-halted",
        "The chain stood still during the window, and the blocks that were left of it did not take the answer.",
        "Nothing is wrong with the node: it goes on with the chain.");

    public static readonly Reason JournalUnavailable = new("journal-unavailable",
        "The journal could not be written until the window closed, and nothing leaves that is not in it.",
        "Make room on the disk, and see that the journal's folder is writable.");

    public static readonly Reason SubmittedElsewhere = new("submitted-elsewhere",
        "Another process with the same key took this account's place, and the chain holds no answer of this node.",
        "Stop the other process, or give each node an account of its own.");

    public static readonly Reason NotRegistered = new("not-registered",
        "The account is not registered in the topic.",
        "The node registers by itself once the account can pay the registration fee.");

    public static readonly Reason NotWhitelisted = new("not-whitelisted",
        "The account may not submit in this topic.",
        "Ask the topic's creator to whitelist the account's address.");

    public static readonly Reason StakeTooLow = new("stake-too-low",
        "The account's stake in the topic is less than the chain takes losses from.",
        "Leave out reputer.minStakeUallo, or raise it above 0: the node then adds what is missing.");

    public static readonly Reason NotAdmitted = new("not-admitted",
        "The chain took the transaction but did not admit the inference: better workers filled the active set.",
        "Raise the score of this worker in the topic: nothing is wrong with the node.");

    public static readonly Reason NoInferences = new("no-inferences",
        "The network has no inferences of the nonce that a reputer could hold against the truth.",
        "Nothing is wrong with the node: nobody answered in that epoch, or the chain has forgotten it.");

    public static readonly Reason NoLosses = new("no-losses",
        "The losses could not be computed, so that nothing was sent.",
        "See the duty's story: the loss method's parameters, the loss service, or a truth that the method refuses.");

    public static readonly Reason Refused = new("refused",
        "The chain refused the transaction.",
        "See the code and the chain's words in the duty's attempts.");

    public static readonly Reason DryRun = new("dry-run",
        "Everything was done but the broadcast, because lane.submits is false.",
        "Set lane.submits to true to take part.");

    public static readonly Reason Interrupted = new("interrupted",
        "The node was stopped during the duty and the window closed before it came back.",
        "Keep the node running; a restart within the window resumes the duty.");

    public static readonly Reason Fault = new("fault",
        "A fault in Outpost ended the duty.",
        "Please report it with the log lines of this duty.");

    public static readonly Reason ProcessorFailed = new("processor-failed",
        "The processor of a snapshot project threw, each time that it was tried.",
        "Look at the detail: it is what the processor said; 'outpost snapshot try' runs it alone.");

    public static readonly Reason Outvoted = new("outvoted",
        "The round was decided for another snapshot than this node's.",
        "Compare processor, settings and RPC provider with others': equal ones give equal bytes.");

    public static readonly Reason NoAgreement = new("no-agreement",
        "The round ended and no snapshot had the votes that it needs.",
        "Nothing is wrong with the node, unless it happens in all rounds: then too few snapshotters are registered.");

    public static readonly Reason VoteRefused = new("vote-refused",
        "The consensus service did not take the vote.",
        "Look at the detail: the epoch was over or unknown, or the snapshotter is not registered or disabled.");

    /// <summary>The catalogue, in the order of docs/reasons.md.</summary>
    public static IReadOnlyList<Reason> All { get; } =
    [
        ModelUnreachable, ModelTimeout, ModelError, ModelAnswerInvalid, WindowClosed, SeenTooLate, ChainUnreachable,
        OutOfFunds, FeeAboveCap, MempoolFull, ChainHalted, JournalUnavailable, SubmittedElsewhere, NotRegistered,
        NotWhitelisted, StakeTooLow, NotAdmitted, NoInferences, NoLosses, Refused, DryRun, Interrupted, Fault,
        ProcessorFailed, Outvoted, NoAgreement, VoteRefused,
    ];

    /// <summary>The reason of this code; <see cref="Fault"/> when an older journal holds one that is gone.</summary>
    public static Reason ByCode(string code) => All.FirstOrDefault(reason => reason.Code == code) ?? Fault;
}
