using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Epochs;

namespace Outpost.Consensus.Service;

/// <summary>POST /registerProjectPeer: the caller will vote in rounds of a project that open from now on.</summary>
internal sealed class RegisterRoute(
    CallDesk desk, ProjectIndex projects, ConsensusOptions options, RoundWriter writer)
{
    public async Task<Answer> AnswerAsync(HttpContext http)
    {
        var body = await RequestBody.ReadAsync(http, Limits.BodyBytes);
        WriterTask.Register? task;
        Answer? refusal;
        try
        {
            task = Read(http, body.Bytes, out refusal);
        }
        finally
        {
            body.Release();
        }

        if (task is null)
        {
            return refusal!.Value;
        }

        await writer.WriteAsync(task);
        projects.Add(task.Project!);
        return Answer.Null;
    }

    private WriterTask.Register? Read(HttpContext http, ReadOnlySpan<byte> json, out Answer? refusal)
    {
        var fields = RequestFields.Read(json, out var syntax);
        (var caller, refusal) = desk.Admit(http, fields);
        refusal ??= syntax;
        if (refusal is not null)
        {
            return null;
        }

        var faults = new Faults();
        faults.ProjectId(fields.ProjectId, Limits.ProjectIdBytes);
        faults.Caller(fields, isKnown: caller is not null);
        if (!faults.IsEmpty)
        {
            refusal = Answer.Invalid(faults);
            return null;
        }

        var name = fields.ProjectId.ToString();
        return new WriterTask.Register(name, StreamOf(name), caller!.Snapshotter.Id);
    }

    private EpochStream StreamOf(string project) =>
        options.ProjectStreams.GetValueOrDefault(project) ?? options.Streams[0];
}
