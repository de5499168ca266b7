using System.Globalization;
using System.Text.Json;
using Outpost.Chains.Rpc;
using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>
/// One EVM node's JSON-RPC over HTTP. What the chain itself answers is a value; a node that cannot answer is a
/// <see cref="ChainException"/>, and what it cannot answer at once is asked in parts.
/// </summary>
internal sealed class EvmTransport(
    HttpCalls http, Uri url, RequestLimit limit, EvmLimits limits, HeightsTold? heights = null) : INodeTransport
{
    private readonly JsonRpc _rpc = new(http, url);
    private readonly HeightsTold _heights = heights ?? HeightsTold.Unheard;

    public Uri Url => url;

    public string Kind => "evm";

    public EvmLimits Limits => limits;

    public INodeTransport Telling(HeightsTold told) => new EvmTransport(http, url, limit, limits, told);

    public async Task<NodeHead> HeadAsync(CancellationToken cancellationToken)
    {
        EvmRequest<object>[] questions =
        [
            new("eth_chainId", [], id => EvmHex.Long(id)),
            new("eth_getBlockByNumber", ["latest", false], EvmJson.Header) { IsNewest = true },
            // Providers without this method serve no node that is catching up.
            new("eth_syncing", [], syncing => syncing.ValueKind is JsonValueKind.Object || syncing.GetBoolean())
            {
                OnRefusal = _ => false,
            },
        ];
        var answers = new List<object>(questions.Length);
        while (answers.Count < questions.Length)
        {
            var part = questions[answers.Count..];
            part = part[..Math.Min(part.Length, limits.Calls)];
            answers.AddRange((await AskAsync(part, "head", cancellationToken)).Values ?? []);
        }

        var header = (EvmHeader)answers[1];
        return new NodeHead(
            ((long)answers[0]).ToString(CultureInfo.InvariantCulture), header.Number, header.Time, (bool)answers[2]);
    }

    /// <summary>One request to the node.</summary>
    /// <param name="operation">The act and its object, for messages.</param>
    public async Task<EvmAnswers<T>> AskAsync<T>(
        IReadOnlyList<EvmRequest<T>> questions, string operation, CancellationToken cancellationToken)
        where T : class
    {
        if (questions.Count > limits.Calls)
        {
            return new EvmAnswers<T>(null, limits.Calls);
        }

        ThrowIfForgotten(questions, operation);
        await limit.TakeAsync(url, operation, cancellationToken);
        JsonRpcBatch batch;
        try
        {
            batch = await _rpc.CallAllAsync(
                [.. questions.Select(one => new JsonRpcCall(one.Method, one.Parameters))], operation,
                cancellationToken);
        }
        catch (ChainException e) when (e.IsTooLong)
        {
            return TooLong(questions, e);
        }

        if (batch.Replies is not { } replies)
        {
            return WholeRefused(questions, batch);
        }

        ThrowIfOverLimit(questions, replies);
        var values = new T[questions.Count];
        foreach (var (index, (question, reply)) in questions.Zip(replies).Index())
        {
            if (reply.Error is not { } error)
            {
                values[index] = Read(question, reply);
                continue;
            }

            var refusal = EvmErrors.Understand(error, question.Span);
            if (refusal.Kind is EvmRefusalKind.BatchTooLarge && questions.Count > 1)
            {
                limits.BatchRefused(questions.Count, null);
                return new EvmAnswers<T>(null, limits.Calls);
            }

            if (refusal.Kind is EvmRefusalKind.TooMuch && questions.Count > 1
                && question.OnRefusal?.Invoke(refusal) is null)
            {
                // There was no room for this answer behind those of the others.
                return new EvmAnswers<T>(null, questions.Count / 2);
            }

            values[index] = Answer(question, reply.Http, refusal);
        }

        return new EvmAnswers<T>(values, 0);
    }

    private void ThrowIfForgotten<T>(IReadOnlyList<EvmRequest<T>> questions, string operation)
        where T : class
    {
        if (limits.MissingUpTo is { } missing && questions.Any(one => one.StateAt <= missing))
        {
            throw new ChainException(ChainFault.NotFound, operation, url,
                $"the node said a moment ago that it has no state of block {missing} any more");
        }
    }

    /// <summary>Several calls may be too many at once, where one would be answered.</summary>
    private void ThrowIfOverLimit<T>(IReadOnlyList<EvmRequest<T>> questions, JsonRpcReply[] replies)
        where T : class
    {
        var refused = replies.Zip(questions)
            .Where(one => one.First.Error is { } error
                && EvmErrors.Understand(error, one.Second.Span).Kind is EvmRefusalKind.RateLimited)
            .Select(one => one.First).ToList();
        if (refused.Count == 0)
        {
            return;
        }

        if (replies.Length > 1 && refused.Count < replies.Length)
        {
            limits.BatchRefused(replies.Length, replies.Length - refused.Count);
        }

        throw refused[0].Http.Fault(ChainFault.RateLimited, refused[0].Error!.Text);
    }

    private EvmAnswers<T> WholeRefused<T>(IReadOnlyList<EvmRequest<T>> questions, JsonRpcBatch batch)
        where T : class
    {
        if (questions.Count == 1)
        {
            var alone = EvmErrors.Understand(batch.Refusal!, questions[0].Span);
            return new EvmAnswers<T>([Answer(questions[0], batch.Http, alone)], 0);
        }

        var refusal = EvmErrors.Understand(batch.Refusal!, questions.Count);
        if (refusal.Kind is EvmRefusalKind.RateLimited)
        {
            throw batch.Http.Fault(ChainFault.RateLimited, refusal.Text);
        }

        // Whatever the words are: the batch was not taken as a batch, so smaller ones are tried, down to one call.
        limits.BatchRefused(questions.Count, refusal.Kind is EvmRefusalKind.BatchTooLarge ? refusal.Most : null);
        return new EvmAnswers<T>(null, limits.Calls);
    }

    /// <summary>More than is read in one answer: asked in parts, and a search over fewer blocks.</summary>
    private static EvmAnswers<T> TooLong<T>(IReadOnlyList<EvmRequest<T>> questions, ChainException problem)
        where T : class
    {
        if (questions.Count > 1)
        {
            return new EvmAnswers<T>(null, questions.Count / 2);
        }

        var refusal = new EvmRefusal(EvmRefusalKind.TooMuch, problem.Message, null, []);
        return questions[0].OnRefusal?.Invoke(refusal) is { } answer ? new EvmAnswers<T>([answer], 0) : throw problem;
    }

    private T Read<T>(EvmRequest<T> question, JsonRpcReply reply)
        where T : class
    {
        if (reply.Result.ValueKind is JsonValueKind.Null)
        {
            throw reply.Http.Fault(ChainFault.NotFound, "the node has no such block");
        }

        var value = reply.Http.Read(_ => question.Read(reply.Result));
        limits.BlocksAnswered(question.Span);
        if (value is EvmHeader header)
        {
            Seen(question, header);
        }

        return value;
    }

    /// <summary>The newest header says where the node stands; any other one, that it has come so far.</summary>
    private void Seen<T>(EvmRequest<T> question, EvmHeader header)
        where T : class
    {
        if (question.IsNewest)
        {
            limits.Head(header.Number);
            _heights.State(header.Number, header.Time);
        }
        else
        {
            _heights.Block(header.Number);
        }
    }

    private T Answer<T>(EvmRequest<T> question, HttpReply reply, EvmRefusal refusal)
        where T : class
    {
        if (refusal.Kind is EvmRefusalKind.RangeTooWide or EvmRefusalKind.TooMuch)
        {
            limits.BlocksRefused(question.Span, refusal.Most, refusal.Kind is EvmRefusalKind.RangeTooWide);
        }

        if (question.OnRefusal is { } take && take(refusal) is { } answer)
        {
            return answer;
        }

        if (refusal.Kind is EvmRefusalKind.MissingState && question.StateAt is { } block)
        {
            limits.Missing(block);
        }

        throw reply.Fault(
            refusal.Kind switch
            {
                EvmRefusalKind.RateLimited => ChainFault.RateLimited,
                EvmRefusalKind.MissingState or EvmRefusalKind.UnknownBlock => ChainFault.NotFound,
                EvmRefusalKind.UnknownMethod => ChainFault.UnknownPath,
                EvmRefusalKind.Reverted or EvmRefusalKind.InvalidParameters or EvmRefusalKind.RangeTooWide
                    or EvmRefusalKind.TooMuch => ChainFault.Refused,
                _ => ChainFault.BadReply,
            },
            refusal.Text);
    }
}
