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

    /// <summary>
    /// The snapshotter whose instance id is in the body or in a header, or who has signed the submission; or a
    /// refusal. When none of these is given both are null, and the call is counted for its address.
    /// </summary>
    public (Member? Caller, Answer? Refusal) Admit(HttpContext http, in RequestFields fields)
    {
        if (fields.InstanceId.State == FieldState.Given)
        {
            return Admit(directory.Authenticate(fields.InstanceId.Utf8), Answer.IllegalInstance);
        }

        if (http.Request.Headers.TryGetValue(InstanceHeader, out var header) && header is [{ Length: > 0 } text])
        {
            var member = text.Length <= InstanceId.MaxBytes
                ? directory.Authenticate(Encoding.UTF8.GetBytes(text))
                : null;
            return Admit(member, Answer.IllegalInstance);
        }

        if (!fields.IsSigned)
        {
            return (null, AdmitPublic(http));
        }

        var (signer, _, refusal) = AdmitSigned(http, fields);
        return (signer, refusal);
    }

    /// <summary>The snapshotter whose signature is in the body, and what it signed; or a refusal.</summary>
    public (Member? Caller, SignedVote? Vote, Answer? Refusal) AdmitSigned(HttpContext http, in RequestFields fields)
    {
        var admitted = signatures.Admit(fields);

        // Finding a signer costs a hundred times a look-up, so what is wrong counts for its address.
        return admitted.Caller is null && AdmitPublic(http) is { } refusal ? (null, null, refusal) : admitted;
    }

    /// <summary>The same for a request without a body.</summary>
    public Answer? Admit(HttpContext http) => Admit(http, default).Refusal;

    private static (Member? Caller, Answer? Refusal) Admit(Member? member, Answer otherwise) =>
        member is null ? (null, otherwise)
        : member.Calls.Add() is { } refusal ? (null, Answer.TooOften(refusal))
        : (member, null);

    private Answer? AdmitPublic(HttpContext http) =>
        callers.Add(http.Connection.RemoteIpAddress ?? IPAddress.None, http.Request.Headers) is { } refusal
            ? Answer.TooOften(refusal)
            : null;
}
