namespace Outpost.Sdk;

/// <summary>
/// A loss that is not among those built in; for the rules see <see cref="IInferenceModule"/>. It is asked for each of
/// the several hundred predictions of a nonce, and equal ones once.
/// </summary>
public interface ILossModule
{
    /// <summary>True when no loss is ever below 0: what is sent then is its decimal logarithm.</summary>
    bool IsNeverNegative { get; }

    /// <summary>How far the prediction was from the truth, not yet as a logarithm.</summary>
    /// <param name="deadline">Cancelled when nobody waits for this answer any more.</param>
    Task<Number> LossAsync(LossQuestion question, CancellationToken deadline);
}
