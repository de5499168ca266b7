using Microsoft.Extensions.Logging;
using Outpost.Chains.Allora;
using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>
/// Losses that are not built in, from a service behind a URL, a module or a process: equal inferences asked for once,
/// several at a time, and once in its life whether its losses are never negative. Safe for use from several threads.
/// </summary>
public sealed class LossService : IDisposable
{
    private readonly ILossSource _source;
    private readonly int _parallel;
    private readonly SemaphoreSlim _negotiating = new(1, 1);
    private bool? _isNeverNegative;

    /// <summary>A service behind a URL.</summary>
    public LossService(LossServiceOptions options, HttpMessageInvoker network, TimeProvider time, ILogger logger)
    {
        (_parallel, _isNeverNegative) = (options.Parallel, options.IsNeverNegative);
        _source = new LossCalls(options, network, time, logger);
    }

    /// <summary>A module or a process.</summary>
    public LossService(TopicId topic, EntrypointLadder entrypoint)
    {
        _parallel = EntrypointLosses.Parallel;
        _source = new EntrypointLosses(topic, entrypoint);
    }

    public void Dispose() => _negotiating.Dispose();

    /// <summary>
    /// All losses of a nonce, or why there are none; the first request that fails for good ends the others.
    /// Cancellation of <paramref name="stop"/> is thrown.
    /// </summary>
    public async Task<LossBundle> LossesAsync(
        TopicValue truth, ValueBundle<TopicValue> inferences, SmallLoss small, CancellationToken stop)
    {
        var predictions = LossBundle.Distinct(inferences);
        var losses = new Dictionary<TopicValue, LossResult>();
        foreach (var prediction in predictions)
        {
            if (LossFault.Between(truth, prediction) is { } fault)
            {
                losses[prediction] = new LossResult.None(fault);
            }
        }

        if (losses.Count > 0)
        {
            return LossBundle.Of(inferences, losses);
        }

        var (isLog10, unknown) = await IsNeverNegativeAsync(stop);
        if (unknown is not null)
        {
            return new LossBundle.None([unknown]);
        }

        var results = await AllAsync(truth, predictions, isLog10, small, stop);
        for (var index = 0; index < predictions.Count; index++)
        {
            if (results[index] is { } result)
            {
                losses[predictions[index]] = result;
            }
        }

        return LossBundle.Of(inferences, losses);
    }

    /// <summary>In the order of the predictions; null where the failure of another came first.</summary>
    private async Task<LossResult?[]> AllAsync(
        TopicValue truth, IReadOnlyList<TopicValue> predictions, bool isLog10, SmallLoss small, CancellationToken stop)
    {
        var results = new LossResult?[predictions.Count];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var taken = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(_parallel, predictions.Count)).Select(_ => TakeAsync()));
        stop.ThrowIfCancellationRequested();
        return results;

        async Task TakeAsync()
        {
            try
            {
                while (!over.IsCancellationRequested && Interlocked.Increment(ref taken) is var index
                    && index < predictions.Count)
                {
                    var loss = await _source.LossAsync(truth, predictions[index], over.Token);
                    results[index] = ChainLoss.Of(loss, isLog10, small);
                    if (results[index] is LossResult.None)
                    {
                        await over.CancelAsync();
                    }
                }
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                // Another request failed for good, and its result tells why; or the caller stopped, and is told so.
            }
        }
    }

    private async Task<(bool Value, LossFault? Problem)> IsNeverNegativeAsync(CancellationToken stop)
    {
        await _negotiating.WaitAsync(stop);
        try
        {
            if (_isNeverNegative is not { } known)
            {
                var (answer, problem) = await _source.IsNeverNegativeAsync(stop);
                if (problem is not null)
                {
                    return (false, problem);
                }

                _isNeverNegative = known = answer;
            }

            return (known, null);
        }
        finally
        {
            _negotiating.Release();
        }
    }
}
