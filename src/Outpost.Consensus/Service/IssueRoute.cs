using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Service;

/// <summary>POST /reportIssue: a snapshotter tells of trouble.</summary>
internal sealed class IssueRoute(CallDesk desk, RoundWriter writer, SteadyClock clock)
{
    public async Task<Answer> AnswerAsync(HttpContext http)
    {
        var (report, refusal) = await RequestBody.ReadAsync(http, Limits.IssueBytes, Read);
        if (report is null)
        {
            return refusal!.Value;
        }

        await writer.WriteAsync(report);
        return Answer.IssueReported;
    }

    private (WriterTask.Report? Report, Answer? Refusal) Read(HttpContext http, ReadOnlySpan<byte> json)
    {
        var fields = RequestFields.Read(json, out var syntax);
        var (caller, refusal) = desk.Admit(http, fields);
        if ((refusal ?? syntax) is { } refused)
        {
            return (null, refused);
        }

        var faults = new Faults();
        faults.Caller(fields, isKnown: caller is not null);
        if (fields.IsObject && !JsonText.AreAllWhole(json))
        {
            faults.Add("a text in it is no Unicode", "value_error.unicode", "body");
        }
        else if (fields.IsObject)
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = RequestFields.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            IssueForm.Check(document.RootElement, faults);
            if (faults.IsEmpty)
            {
                var now = clock.Now;
                return (new WriterTask.Report(
                    caller!.Snapshotter.Id, now, FormOf(document.RootElement, caller.Snapshotter, now)), null);
            }
        }

        return (null, Answer.Invalid(faults));
    }

    private static string FormOf(JsonElement issue, Snapshotter snapshotter, DateTimeOffset now) =>
        Encoding.UTF8.GetString(Answer.Write(200, json => IssueForm.Write(json, issue, snapshotter, now)).Json.Span);
}
