using System.Text.Json;
using Outpost.Sdk;

namespace PriceModule;

/// <summary>The least that a model can be: a price that drifts a little with every block.</summary>
public sealed class Drift(JsonElement settings) : IInferenceModule
{
    private readonly decimal _start = settings.GetProperty("start").GetDecimal();
    private readonly decimal _perBlock = settings.GetProperty("perBlock").GetDecimal();

    public Task<Value> InferAsync(Question question, CancellationToken deadline) =>
        Task.FromResult<Value>(_start + (_perBlock * question.Block));
}
