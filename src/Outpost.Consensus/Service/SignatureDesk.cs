using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Outpost.Chains.Keys;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Service;

/// <summary>
/// Says who signed a submission: "request" and "signature" of the later protocol (EIP-712) instead of an instance id.
/// A signature is for one vote only, and holds until its deadline; who sends it again changes nothing.
/// </summary>
internal sealed class SignatureDesk(
    SnapshotterDirectory directory, ProjectIndex projects, EpochLedger epochs, ConsensusOptions options)
{
    // Whole numbers come in quotes from those who write 64 bits as protobuf's JSON does.
    private static readonly JsonSerializerOptions Form = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        MaxDepth = RequestFields.MaxDepth,
    };

    /// <summary>The snapshotter whose key signed, and what it signed; or a refusal.</summary>
    public (Member? Caller, SignedVote? Vote, Answer? Refusal) Admit(in RequestFields fields)
    {
        if (Read(fields, out var problem) is not { } request)
        {
            return Refuse(422, "request", $"the request is none: {problem}");
        }

        if (!EthereumSignature.TryParse(fields.Signature.ToString(), out var signature, out problem))
        {
            return Refuse(401, "signature", $"the signature {problem}");
        }

        var domain = options.Domain;
        if (signature.Signer(request.Digest(domain)) is not { } signer
            || directory.AuthenticateAddress(signer.ToString().ToLowerInvariant()) is not { } member)
        {
            return Refuse(401, "signer",
                $"{signature.Signer(request.Digest(domain))?.ToString() ?? "nobody"} signed this, and no active "
                + $"snapshotter has this address; if it is not yours, you signed for another domain than "
                + $"{domain.Name} {domain.Version}, chain {domain.ChainId}, contract {domain.VerifyingContract}");
        }

        if (member.Calls.Add() is { } often)
        {
            return (null, null, Answer.TooOften(often));
        }

        return (Mismatch(fields, request) ?? Fault(request) ?? Stale(request)) is var (reason, details)
            ? Refuse(400, reason, details)
            : (member, new SignedVote(request, signer.ToString(), signature.ToString()), null);
    }

    private static SnapshotRequest? Read(in RequestFields fields, out string? problem)
    {
        try
        {
            problem = "null";
            return JsonSerializer.Deserialize<SnapshotRequest>(fields.Request, Form);
        }
        catch (JsonException fault)
        {
            problem = fault.Message;
            return null;
        }
    }

    /// <summary>What stands beside the request has to say the same.</summary>
    private static (string Reason, string Details)? Mismatch(in RequestFields fields, SnapshotRequest request) =>
        Other(fields.ProjectId, request.ProjectId) ? ("project", "projectID is not the signed projectId")
        : Other(fields.SnapshotCid, request.SnapshotCid) ? ("cid", "snapshotCID is not the signed snapshotCid")
        : fields.Epoch.IsGiven && (ulong)fields.Epoch.End.Height != request.EpochId
            ? ("epoch", $"the signed epochId {request.EpochId} is not the epoch's end {fields.Epoch.End.Height}")
        : null;

    private static bool Other(in FieldText field, string signed) =>
        field.State != FieldState.Missing
        && (field.State != FieldState.Given || !field.Utf8.SequenceEqual(Encoding.UTF8.GetBytes(signed)));

    private static (string Reason, string Details)? Fault(SnapshotRequest request) =>
        request.EpochId > long.MaxValue || request.Deadline > long.MaxValue ? ("request", "no chain has so many blocks")
        : request.ProjectId.Length == 0 || Encoding.UTF8.GetByteCount(request.ProjectId) > Limits.ProjectIdBytes
            ? ("request", $"projectId has 1 to {Limits.ProjectIdBytes} bytes")
        : request.SnapshotCid.Length is 0 or > Limits.CidBytes
            || request.SnapshotCid.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? ("request", $"snapshotCid has 1 to {Limits.CidBytes} visible ASCII characters")
        : null;

    /// <summary>The newest block that is known for certain is the end of the newest epoch.</summary>
    private (string Reason, string Details)? Stale(SnapshotRequest request)
    {
        var stream = projects.StreamOf(request.ProjectId, options);
        return epochs.Last(stream) is { } last && request.Deadline < (ulong)last.Epoch.End
            ? ("deadline", string.Create(CultureInfo.InvariantCulture,
                $"the signature's deadline, block {request.Deadline}, is past: block {last.Epoch.End} is released"))
            : null;
    }

    private static (Member?, SignedVote?, Answer?) Refuse(int status, string reason, string details) =>
        (null, null, Answer.Error(status, details, data => data.WriteString("reason", reason)));
}

/// <summary>A vote with its voter's own signature.</summary>
/// <param name="Signer">Its address.</param>
/// <param name="Signature">r‖s‖v, 0x and 130 hex digits.</param>
internal sealed record SignedVote(SnapshotRequest Request, string Signer, string Signature);
