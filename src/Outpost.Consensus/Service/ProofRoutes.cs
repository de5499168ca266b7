using System.Globalization;
using Microsoft.AspNetCore.Http;
using Outpost.Chains.Wire;
using Outpost.Consensus.Contract;
using Outpost.Consensus.Proofs;
using Outpost.Consensus.Store;

namespace Outpost.Consensus.Service;

/// <summary>GET /verdicts/… and /series/…: what 'outpost verify' checks. They are for everybody.</summary>
internal sealed class ProofRoutes(CallDesk desk, ProjectIndex projects, ProofLedger proofs)
{
    private static readonly Answer NoProject = Answer.Message(404, "There is no such project.");
    private static readonly Answer NoVerdict = Answer.Message(404, "There is no verdict for this epoch yet.");
    private static readonly Answer NoSuchSize = Answer.Message(404, "The series does not have so many leaves.");
    private static readonly Answer NotInSeries = Answer.Message(404, "This epoch is not in the series of that size.");

    /// <summary>/verdicts/{project}/{epoch}: the record, its votes unless votes=false, its place.</summary>
    public Task<Answer> VerdictAsync(HttpContext http, string project, string epoch) =>
        AnswerAsync(http, project, async (known, faults) =>
        {
            var end = Whole(epoch, "path", "epoch", faults);
            var hasVotes = http.Request.Query["votes"].ToString() is not "false";
            return !faults.IsEmpty ? null
                : await proofs.ExportAsync(known, end, hasVotes, http.RequestAborted) is { } export ? Json(export)
                : NoVerdict;
        });

    /// <summary>/series/{project}/head?size=: the signed root.</summary>
    public Task<Answer> HeadAsync(HttpContext http, string project) =>
        AnswerAsync(http, project, async (known, faults) =>
        {
            var size = Size(http, "size", faults);
            return !faults.IsEmpty ? null
                : await proofs.HeadAsync(known, size, http.RequestAborted) is { } head ? Json(head)
                : NoSuchSize;
        });

    /// <summary>/series/{project}/proof?epoch=&amp;size=: that an epoch is in it.</summary>
    public Task<Answer> InclusionAsync(HttpContext http, string project) =>
        AnswerAsync(http, project, async (known, faults) =>
        {
            var end = Whole(http.Request.Query["epoch"].ToString(), "query", "epoch", faults);
            var size = Size(http, "size", faults);
            return !faults.IsEmpty ? null
                : await proofs.InclusionAsync(known, end, size, http.RequestAborted) is { } proof ? Json(proof)
                : NotInSeries;
        });

    /// <summary>/series/{project}/consistency?from=&amp;to=: that nothing in it was changed.</summary>
    public Task<Answer> ConsistencyAsync(HttpContext http, string project) =>
        AnswerAsync(http, project, async (known, faults) =>
        {
            var from = Whole(http.Request.Query["from"].ToString(), "query", "from", faults);
            var to = Size(http, "to", faults);
            return !faults.IsEmpty ? null
                : await proofs.ConsistencyAsync(known, from, to, http.RequestAborted) is { } proof ? Json(proof)
                : NoSuchSize;
        });

    private async Task<Answer> AnswerAsync(
        HttpContext http, string project, Func<Project, Faults, Task<Answer?>> answer)
    {
        if (desk.Admit(http) is { } refusal)
        {
            return refusal;
        }

        if (await projects.FindAsync(project, http.RequestAborted) is not { } known)
        {
            return NoProject;
        }

        var faults = new Faults();
        return await answer(known, faults) ?? Answer.Invalid(faults);
    }

    private static long? Size(HttpContext http, string name, Faults faults) =>
        http.Request.Query[name].ToString() is { Length: > 0 } text ? Whole(text, "query", name, faults) : null;

    private static long Whole(string text, string where, string name, Faults faults)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            faults.Add("value is not a valid integer", "type_error.integer", where, name);
        }

        return number;
    }

    private static Answer Json<T>(T value) => new(200, CanonicalJson.OfValue(value));
}
