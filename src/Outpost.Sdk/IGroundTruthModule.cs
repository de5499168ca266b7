namespace Outpost.Sdk;

/// <summary>A source of what really came to be; for the rules see <see cref="IInferenceModule"/>.</summary>
public interface IGroundTruthModule
{
    /// <summary>The truth of a topic for a block; null when it is not known yet: the question comes again.</summary>
    /// <param name="deadline">Cancelled when nobody waits for this answer any more.</param>
    Task<Value?> TruthAsync(Question question, CancellationToken deadline);
}
