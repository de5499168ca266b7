using Microsoft.AspNetCore.Http;
using Outpost.Consensus.Contract;

namespace Outpost.Consensus.Service;

/// <summary>One route, found.</summary>
internal readonly record struct Route(bool IsPost, Func<HttpContext, Task<Answer>> AnswerAsync);

/// <summary>All routes by their paths.</summary>
internal sealed class Routes(
    SubmitRoute submit, RegisterRoute register, QuestionRoutes questions, EpochRoutes epochs, PublicFace face)
{
    private readonly Dictionary<string, Route> _byPath = new(StringComparer.Ordinal)
    {
        ["/submitSnapshot"] = new(true, submit.AnswerAsync),
        ["/registerProjectPeer"] = new(true, register.AnswerAsync),
        ["/checkForSnapshotConfirmation"] = new(true, questions.ConfirmAsync),
        ["/epochStatus"] = new(true, questions.StateAsync),
        ["/currentEpoch"] = new(false, _ => Task.FromResult(epochs.Current())),
        ["/epochDetails"] = new(false, epochs.DetailsAsync),
    };

    /// <summary>All paths, with names in braces.</summary>
    public IEnumerable<string> Paths => _byPath.Keys.Concat(face.Paths);

    public Route? Find(string path) => _byPath.TryGetValue(path, out var route) ? route : face.Find(path);
}
