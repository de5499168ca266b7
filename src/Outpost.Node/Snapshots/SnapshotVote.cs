using System.Text.Json;
using Outpost.Sdk.Snapshots;

namespace Outpost.Node.Snapshots;

/// <summary>What a snapshotter says of a project and an epoch.</summary>
/// <param name="Cid">The name of its snapshot.</param>
public sealed record SnapshotVote(string ProjectId, Epoch Epoch, string Cid);

/// <summary>What the consensus service says of a vote.</summary>
public abstract record VoteAnswer
{
    private VoteAnswer()
    {
    }

    /// <summary>The vote stands, and the round goes on.</summary>
    public sealed record Accepted : VoteAnswer;

    /// <summary>The round was decided for this CID, whether it is the vote's or another one.</summary>
    public sealed record Finalized(string Cid) : VoteAnswer;

    /// <summary>The round is over and nobody won.</summary>
    public sealed record Indeterminate : VoteAnswer;

    /// <summary>The vote was not taken.</summary>
    public sealed record Refused(string Detail) : VoteAnswer;

    /// <summary>Reads an answer of the service, also one for a vote among many.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static VoteAnswer Read(JsonElement body)
    {
        if (!body.TryGetProperty("status", out var status))
        {
            return new Refused(Compute.AnswerText.Excerpt(body.GetRawText()));
        }

        return status.GetString() switch
        {
            "ACCEPTED" => new Accepted(),
            "FINALIZED" => new Finalized(
                body.GetProperty("finalizedSnapshotCID").GetString() ?? throw new FormatException("no CID")),
            "INDETERMINATE" => new Indeterminate(),
            var other => throw new FormatException($"there is no status {other}"),
        };
    }
}
