using Google.Protobuf.WellKnownTypes;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node.Duties;

namespace Outpost.Node.Roles;

/// <summary>
/// What one role does in one topic at those steps of a duty in which roles differ: how the answer is computed, what
/// message it becomes, and by what the chain shows that it counts. Safe for use from several threads.
/// </summary>
public interface IRoleWork
{
    Role Role { get; }

    /// <summary>
    /// How long before its window opens the answer is to be asked for; null when only at the opening.
    /// </summary>
    TimeSpan? Lead { get; }

    /// <summary>Asks before the window is open; <see cref="ComputeAsync"/> uses the answer.</summary>
    void AskAhead(DutyId duty, CancellationToken cancellationToken);

    /// <summary>To be told what the chain says of the topic, before the first duty and after each change.</summary>
    void Learn(Topic topic);

    /// <summary>
    /// Computes the answer while the window is open. Cancellation of <paramref name="cancellationToken"/> is thrown.
    /// </summary>
    /// <param name="left">The time until the window is expected to close.</param>
    /// <param name="closed">Cancelled when the window has closed.</param>
    /// <param name="tell">Told of each attempt that gave no good answer, and of what is left out.</param>
    Task<Computed> ComputeAsync(
        DutyId duty, TimeSpan left, Action<string> tell, CancellationToken closed, CancellationToken cancellationToken);

    /// <summary>The message that brings a computed answer to the chain.</summary>
    Any Message(EmissionsVersion version, DutyId duty, string answer);

    /// <summary>Whether the transaction's own events say that the chain counts the answer.</summary>
    bool IsAdmitted(DutyId duty, TransactionResult result);

    /// <summary>Whether the chain has an answer of this account; only known after the window has closed.</summary>
    Task<bool> IsOnChainAsync(DutyId duty, CancellationToken cancellationToken);
}

/// <summary>What came of computing the answer of a duty.</summary>
public abstract record Computed
{
    private Computed() { }

    /// <param name="Answer">Whole and exact, as the journal keeps it.</param>
    /// <param name="Shown">The same in few words, for people.</param>
    /// <param name="Attempts">How often the entrypoint was asked.</param>
    public sealed record Done(string Answer, string Shown, int Attempts) : Computed;

    public sealed record None(Reason Reason, string Detail) : Computed;
}
