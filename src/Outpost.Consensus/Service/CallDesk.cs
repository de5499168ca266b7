using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Service;

/// <summary>Says who calls, and counts the call against the caller's limit.</summary>
/// <param name="findSigner">Null when signatures are not taken.</param>
internal sealed class CallDesk(SnapshotterDirectory directory, PublicCallers callers, FindSigner? findSigner)
{
    private const string InstanceHeader = "X-Instance-ID";

    private static readonly Answer IllegalSignature =
        Answer.Of(401, """{"error":{"details":"illegal signature supplied"}}"""u8);

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

        return findSigner is not null && fields.Signature.State == FieldState.Given
            ? AdmitSigner(http, fields)
            : (null, AdmitPublic(http));
    }

    /// <summary>The same for a request without a body.</summary>
    public Answer? Admit(HttpContext http) => Admit(http, default).Refusal;

    private static (Member? Caller, Answer? Refusal) Admit(Member? member, Answer otherwise) =>
        member is null ? (null, otherwise)
        : member.Calls.Add() is { } refusal ? (null, Answer.TooOften(refusal))
        : (member, null);

    /// <summary>Finding a signer costs a hundred times a look-up, so what is wrong counts for its address.</summary>
    private (Member? Caller, Answer? Refusal) AdmitSigner(HttpContext http, in RequestFields fields)
    {
        var signer = findSigner!(new SignedSubmission(
            fields.SlotId.Height, fields.Deadline.Height, fields.SnapshotCid.ToString(), fields.Epoch.End.Height,
            fields.ProjectId.ToString(), fields.Signature.ToString()));
        var member = signer is null ? null : directory.AuthenticateAddress(signer);
        return member is null ? (null, AdmitPublic(http) ?? IllegalSignature) : Admit(member, IllegalSignature);
    }

    private Answer? AdmitPublic(HttpContext http) =>
        callers.Add(http.Connection.RemoteIpAddress ?? IPAddress.None, http.Request.Headers) is { } refusal
            ? Answer.TooOften(refusal)
            : null;
}
