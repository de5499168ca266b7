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
        var body = await RequestBody.ReadAsync(http, Limits.BatchBytes);
        List<SubmitRoute.Draft> drafts;
        try
        {
            drafts = Read(http, body.Bytes, out var refusal);
            if (refusal is { } refused)
            {
                return refused;
            }
        }
        finally
        {
            body.Release();
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

    private List<SubmitRoute.Draft> Read(HttpContext http, ReadOnlySpan<byte> json, out Answer? refusal)
    {
        var drafts = new List<SubmitRoute.Draft>();
        refusal = null;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = RequestFields.MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                refusal = Refuse("value is not a valid list", "type_error.list");
                return drafts;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (drafts.Count == Limits.BatchItems)
                {
                    refusal = Refuse(
                        $"ensure this value has at most {Limits.BatchItems} items", "value_error.list.max_items");
                    return drafts;
                }

                drafts.Add(single.Read(http, RequestFields.Read(ref reader, json)));
            }

            reader.Read();
        }
        catch (JsonException fault)
        {
            refusal = Answer.Invalid(Faults.NotJson(fault));
        }

        return drafts;
    }

    private static Answer Refuse(string message, string type)
    {
        var faults = new Faults();
        faults.Add(message, type, "body");
        return Answer.Invalid(faults);
    }

    private static Answer Join(List<SubmitRoute.Draft> drafts)
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
            var answer = draft.Refusal ?? SubmitRoute.AnswerTo(draft.Submission!, draft.Caller!.Snapshotter);
            joined.Write(answer.Json.Span);
        }

        joined.Write("]"u8);
        return new Answer(200, joined.WrittenMemory)
        {
            IsToFlood = drafts.Exists(draft => draft.Refusal is { IsToFlood: true }),
        };
    }
}
