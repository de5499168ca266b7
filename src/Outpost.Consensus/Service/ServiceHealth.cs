using System.Text.Json;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Epochs;

namespace Outpost.Consensus.Service;

/// <summary>
/// GET /health: whether the service does its work, and why not. 503 only where it takes no votes, so that whoever
/// watches it may restart it; what somebody else has to mend is told with 200.
/// </summary>
internal sealed class ServiceHealth(
    EpochLedger epochs, RoundWriter writer, RecordKeeper records, SteadyClock clock, TimeProvider time)
{
    /// <summary>For the writer to answer that it is there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>An epoch is late when none came for so many times the usual.</summary>
    private const int LateFactor = 5;

    private static readonly TimeSpan NeverLateWithin = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong with what else runs in this process: a code and a sentence each.</summary>
    public Func<IEnumerable<(string Code, string Text)>> Other { get; set; } = () => [];

    public async Task<Answer> AnswerAsync(CancellationToken stop)
    {
        var reasons = new List<(string Code, string Text)>();
        var isFailing = await WriterProblemAsync(stop) is { } problem;
        if (isFailing)
        {
            reasons.Add(("store", "Votes cannot be written to the store."));
        }

        reasons.AddRange(epochs.Streams.Select(Late).OfType<string>().Select(text => ("epochs", text)));
        if (records.IsBehind)
        {
            reasons.Add(("records", "Records of verdicts are written late."));
        }

        reasons.AddRange(Other());
        return Answer.Write(isFailing ? 503 : 200, json => Write(json, isFailing, reasons));
    }

    private static void Write(Utf8JsonWriter json, bool isFailing, List<(string Code, string Text)> reasons)
    {
        json.WriteStartObject();
        json.WriteString("status", isFailing ? "failing" : reasons.Count > 0 ? "degraded" : "ok");
        json.WriteStartArray("reasons");
        foreach (var (code, text) in reasons)
        {
            json.WriteStartObject();
            json.WriteString("code", code);
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private async Task<string?> WriterProblemAsync(CancellationToken stop)
    {
        try
        {
            await writer.WriteAsync(new WriterTask.Tick()).WaitAsync(Patience, time, stop);
            return null;
        }
        catch (Exception fault) when (fault is ConsensusException or TimeoutException)
        {
            return fault.Message;
        }
    }

    private string? Late(EpochStream stream)
    {
        var newest = epochs.Newest(stream, 10);
        if (newest.Count == 0)
        {
            return $"No epoch of chain {stream.ChainId} has been released yet.";
        }

        var since = clock.Now - newest[0].ReleasedAt;
        var usual = newest.Count < 2
            ? NeverLateWithin
            : (newest[0].ReleasedAt - newest[^1].ReleasedAt) / (newest.Count - 1);
        var bound = usual * LateFactor > NeverLateWithin ? usual * LateFactor : NeverLateWithin;
        return since > bound
            ? $"No epoch of chain {stream.ChainId} for {(int)since.TotalMinutes} min; the last is {newest[0].Epoch}."
            : null;
    }
}
