using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;

namespace Outpost.Consensus.Service;

/// <summary>POST /registerProjectPeer: the caller will vote in rounds of a project that open from now on.</summary>
internal sealed class RegisterRoute(
    CallDesk desk, ProjectIndex projects, ConsensusOptions options, RoundWriter writer)
{
    public async Task<Answer> AnswerAsync(HttpContext http)
    {
        var (task, refusal) = await RequestBody.ReadAsync(http, Limits.BodyBytes, Read);
        if (task is null)
        {
            return refusal!.Value;
        }

        await writer.WriteAsync(task);
        projects.Add(task.Project!);
        return Answer.Null;
    }

    private (WriterTask.Register? Task, Answer? Refusal) Read(HttpContext http, ReadOnlySpan<byte> json)
    {
        var fields = RequestFields.Read(json, out var syntax);
        var (caller, refusal) = desk.Admit(http, fields);
        if ((refusal ?? syntax) is { } refused)
        {
            return (null, refused);
        }

        var faults = new Faults();
        faults.ProjectId(fields.ProjectId, Limits.ProjectIdBytes);
        faults.Caller(fields, isKnown: caller is not null);
        if (!faults.IsEmpty)
        {
            return (null, Answer.Invalid(faults));
        }

        var name = fields.ProjectId.ToString();
        return (new WriterTask.Register(name, projects.StreamOf(name, options), caller!.Snapshotter.Id), null);
    }
}
