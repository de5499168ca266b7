using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;

namespace Outpost.Consensus.Service;

/// <summary>
/// POST /submitSnapshots: a list of submissions, answered by a list in the same order when all that count are on disk.
/// Each is taken or refused by itself, and counts as one call of its snapshotter.
/// </summary>
internal sealed class BatchRoute(SubmitRoute single, RoundWriter writer)
{
    public async Task<Answer> AnswerAsync(HttpContext http)
    {
        var (drafts, refusal) = await RequestBody.ReadAsync(http, Limits.BatchBytes, Read);
        if (refusal is { } refused)
        {
            return refused;
        }

        for (var i = 0; i < drafts.Count; i++)
        {
            drafts[i] = await single.CompleteAsync(drafts[i], http.RequestAborted);
        }

        Submission[] submissions = [.. drafts.Select(draft => draft.Submission).OfType<Submission>()];
        if (submissions.Length > 0)
        {
            await writer.WriteAsync(new WriterTask.Submit(submissions));
        }

        return Join(drafts);
    }

    private (List<SubmitRoute.Draft> Drafts, Answer? Refusal) Read(HttpContext http, ReadOnlySpan<byte> json)
    {
        var drafts = new List<SubmitRoute.Draft>();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = RequestFields.MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                return (drafts, Refuse("value is not a valid list", "type_error.list"));
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (drafts.Count == Limits.BatchItems)
                {
                    return (drafts, Refuse(
                        $"ensure this value has at most {Limits.BatchItems} items", "value_error.list.max_items"));
                }

                drafts.Add(single.Read(http, RequestFields.Read(ref reader, json)));
            }

            reader.Read();
            return (drafts, null);
        }
        catch (JsonException fault)
        {
            return (drafts, Answer.Invalid(Faults.NotJson(fault)));
        }
    }

    private static Answer Refuse(string message, string type)
    {
        var faults = new Faults();
        faults.Add(message, type, "body");
        return Answer.Invalid(faults);
    }

    private Answer Join(List<SubmitRoute.Draft> drafts)
    {
        var joined = new ArrayBufferWriter<byte>(drafts.Count * 96 + 2);
        joined.Write("["u8);
        for (var i = 0; i < drafts.Count; i++)
        {
            if (i > 0)
            {
                joined.Write(","u8);
            }

            var draft = drafts[i];
            var answer = draft.Refusal ?? single.AnswerTo(draft.Submission!, draft.Caller!.Snapshotter);
            joined.Write(answer.Json.Span);
        }

        joined.Write("]"u8);
        return new Answer(200, joined.WrittenMemory)
        {
            IsToFlood = drafts.Exists(draft => draft.Refusal is { IsToFlood: true }),
        };
    }
}
