using System.Text.Json;
using Outpost.Sdk;

namespace Outpost.Tests.Entrypoints;

/// <summary>Throws, hangs, blocks or answers nonsense, as its settings say. Loaded from this assembly as a module.</summary>
public sealed class BadInference(JsonElement settings) : IInferenceModule
{
    public async Task<Value> InferAsync(Question question, CancellationToken deadline)
    {
        switch (settings.GetProperty("does").GetString())
        {
            case "throw":
                throw new InvalidOperationException("no model loaded");
            case "hang":
                await new TaskCompletionSource().Task;
                break;
            case "block until":
                while (!File.Exists(settings.GetProperty("file").GetString()))
                {
                    Thread.Yield();
                }

                break;
            case "block the deadline":
                deadline.Register(() => new ManualResetEventSlim().Wait(CancellationToken.None));
                await new TaskCompletionSource().Task;
                break;
            case "null":
                return null!;
            case "huge":
                return Number.Parse("1e50");
            case "labels":
                return Value.Labeled(("up", 0.7m), ("down", 0.30m));
        }

        return 1.50m;
    }
}

/// <summary>Answers every other question there is.</summary>
public sealed class Everything : IForecastModule, IGroundTruthModule, ILossModule
{
    public bool IsNeverNegative => true;

    public Task<IReadOnlyDictionary<string, Number>> ForecastAsync(Question question, CancellationToken deadline) =>
        Task.FromResult<IReadOnlyDictionary<string, Number>>(new Dictionary<string, Number>
        {
            ["allo1sytvpsen7sh2qealtar5zzqjvwwj8djmhppgf3"] = 2,
            ["allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv"] = Number.Parse("1e-8"),
        });

    public Task<Value?> TruthAsync(Question question, CancellationToken deadline) =>
        Task.FromResult(question.Block > 10 ? null : (Value)12.340m);

    public Task<Number> LossAsync(LossQuestion question, CancellationToken deadline) => Task.FromResult<Number>(
        Math.Abs(question.Truth.Scalar!.Value.ToDecimal() - question.Prediction.Scalar!.Value.ToDecimal()));
}
