using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Service;

/// <summary>Says who calls, and counts the call against the caller's limit.</summary>
internal sealed class CallDesk(
    SnapshotterDirectory directory, PublicCallers callers, SignatureDesk signatures)
{
    private const string InstanceHeader = "X-Instance-ID";

    /// <summary>The snapshotter whose instance id is in the body or in a header; or a refusal.</summary>
    /// <remarks>Without an instance id both are null, and the call is counted for its address.</remarks>
    public (Member? Caller, Answer? Refusal) Admit(HttpContext http, in FieldText inBody)
    {
        if (inBody.State == FieldState.Given)
        {
            return Admit(inBody.Utf8);
        }

        if (http.Request.Headers.TryGetValue(InstanceHeader, out var header) && header is [{ Length: > 0 } text])
        {
            return text.Length <= InstanceId.MaxBytes
                ? Admit(Encoding.UTF8.GetBytes(text))
                : (null, Answer.IllegalInstance);
        }

        return (null, AdmitPublic(http));
    }

    /// <summary>The snapshotter that a body shows by either kind of identity; or a refusal.</summary>
    public (Member? Caller, Answer? Refusal) AdmitSender(HttpContext http, in RequestFields fields)
    {
        if (!fields.IsSigned)
        {
            return Admit(http, fields.InstanceId);
        }

        var (caller, _, refusal) = AdmitSigned(http, fields);
        return (caller, refusal);
    }

    /// <summary>The snapshotter whose signature is in the body, and what it signed; or a refusal.</summary>
    public (Member? Caller, SignedVote? Vote, Answer? Refusal) AdmitSigned(HttpContext http, in RequestFields fields)
    {
        var admitted = signatures.Admit(fields);

        // Whoever signs nonsense is nobody yet, and counts as that.
        return admitted.Caller is null && AdmitPublic(http) is { } refusal ? (null, null, refusal) : admitted;
    }

    public (Member? Caller, Answer? Refusal) Admit(ReadOnlySpan<byte> instanceId)
    {
        if (directory.Authenticate(instanceId) is not { } member)
        {
            return (null, Answer.IllegalInstance);
        }

        return member.Calls.Add() is { } refusal ? (null, Answer.TooOften(refusal)) : (member, null);
    }

    private Answer? AdmitPublic(HttpContext http) =>
        callers.Add(http.Connection.RemoteIpAddress ?? IPAddress.None, http.Request.Headers) is { } refusal
            ? Answer.TooOften(refusal)
            : null;
}
