using System.Text.Json;

namespace Outpost.Chains.Evm;

/// <summary>One question to a node and how its answer is read.</summary>
/// <param name="Read">Throws <see cref="FormatException"/> and its like for what is not the answer.</param>
internal sealed record EvmRequest<T>(string Method, object[] Parameters, Func<JsonElement, T> Read)
    where T : class
{
    /// <summary>The answer that a refusal is; null for one that is a fault. A null here: every refusal is.</summary>
    public Func<EvmRefusal, T?>? OnRefusal { get; init; }

    /// <summary>The block whose state is read, where it is known by its number.</summary>
    public long? StateAt { get; init; }

    /// <summary>True when it asks for the newest block there is.</summary>
    public bool IsNewest { get; init; }

    /// <summary>How many blocks it searches for logs.</summary>
    public long Span { get; init; } = 1;

    /// <summary>Equal questions have equal keys.</summary>
    public string Key { get; } = Method + JsonSerializer.Serialize(Parameters);
}

/// <summary>The answers in the order of the questions; or in how small parts to ask them.</summary>
internal readonly record struct EvmAnswers<T>(IReadOnlyList<T>? Values, int SplitTo)
    where T : class;
