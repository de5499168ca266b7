using Google.Protobuf.WellKnownTypes;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Keys;
using Outpost.Node.Compute;
using Outpost.Node.Duties;

namespace Outpost.Node.Roles;

/// <summary>
/// A worker's part in a topic: infers, forecasts, or both in one bundle. Where both are asked for, a forecast that does
/// not come keeps no inference from being sent.
/// </summary>
/// <param name="inference">Null: forecasts only.</param>
/// <param name="forecast">Null: infers only.</param>
public sealed class WorkerWork(
    EntrypointLadder? inference, EntrypointLadder? forecast, AlloraClient allora, AccountKey key, TimeProvider time)
    : IRoleWork
{
    /// <summary>The pause after a question to the chain that failed.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private volatile Topic? _topic;

    public Role Role => inference is null ? Role.Forecaster : Role.Inferer;

    public TimeSpan? Lead => inference?.Lead ?? forecast?.Lead;

    public void Learn(Topic topic) => _topic = topic;

    public void AskAhead(DutyId duty, CancellationToken cancellationToken)
    {
        if (inference?.Lead is not null)
        {
            inference.AskAhead(Question(AnswerKind.Inference, duty), cancellationToken);
        }

        if (forecast?.Lead is not null)
        {
            forecast.AskAhead(Question(AnswerKind.Forecast, duty), cancellationToken);
        }
    }

    public async Task<Computed> ComputeAsync(
        DutyId duty, TimeSpan left, Action<string> tell, CancellationToken closed, CancellationToken cancellationToken)
    {
        await FindTopicAsync(duty, tell, closed, cancellationToken);
        if (inference is null)
        {
            return Computed(
                null, await AskAsync(forecast!, AnswerKind.Forecast, duty, left, tell, closed, cancellationToken));
        }

        var forecasting = forecast is null
            ? Task.FromResult<Answer?>(null)
            : ForecastBesideAsync(forecast, duty, left, tell, closed, cancellationToken);
        var inferred = await AskAsync(inference, AnswerKind.Inference, duty, left, tell, closed, cancellationToken);
        return Computed(inferred, await forecasting);
    }

    public Any Message(EmissionsVersion version, DutyId duty, string answer) =>
        WorkerMessages.Answer(version, duty.Topic, duty.Nonce, WorkerText.Read(duty.Role, answer), key);

    public bool IsAdmitted(DutyId duty, TransactionResult result) => AlloraEvent.Read(result.Events).Any(one =>
        one switch
        {
            AlloraEvent.InferenceAdmitted of => duty.Role == Role.Inferer
                && (of.Topic, of.Nonce, of.Inferer) == (duty.Topic, duty.Nonce, key.Address),
            AlloraEvent.ForecastAdmitted of => duty.Role == Role.Forecaster
                && (of.Topic, of.Nonce, of.Forecaster) == (duty.Topic, duty.Nonce, key.Address),
            _ => false,
        });

    public Task<bool> IsOnChainAsync(DutyId duty, CancellationToken cancellationToken) => duty.Role == Role.Forecaster
        ? allora.Network.HasForecastAsync(duty.Topic, duty.Nonce, key.Address, cancellationToken)
        : allora.HasInferenceAsync(duty.Topic, duty.Nonce, key.Address, cancellationToken);

    private Question Question(AnswerKind kind, DutyId duty) => new(kind, duty.Topic, duty.Nonce)
    {
        HasLabels = kind == AnswerKind.Inference && _topic is { IsMulti: true },
    };

    /// <summary>A duty of an earlier run goes on before the topic is looked at, and has to know of labels.</summary>
    private async Task FindTopicAsync(
        DutyId duty, Action<string> tell, CancellationToken closed, CancellationToken cancellationToken)
    {
        while (_topic is null)
        {
            try
            {
                if (await allora.TopicAsync(duty.Topic, cancellationToken) is not { } found)
                {
                    return;
                }

                _topic = found;
            }
            catch (ChainException fault) when (!closed.IsCancellationRequested)
            {
                tell(fault.Message);
                await Task.Delay(AskAgainAfter, time, cancellationToken);
            }
        }
    }

    /// <summary>Its failure is told, and the inference goes alone.</summary>
    private async Task<Answer?> ForecastBesideAsync(
        EntrypointLadder ladder, DutyId duty, TimeSpan left, Action<string> tell, CancellationToken closed,
        CancellationToken cancellationToken)
    {
        // It gets no more than half of the window, so that the inference is never late for it.
        using var half = new CancellationTokenSource(left > TimeSpan.Zero ? left / 2 : TimeSpan.Zero, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(closed, half.Token);
        var answer = await AskAsync(ladder, AnswerKind.Forecast, duty, left / 2, tell, enough.Token, cancellationToken);
        if (answer is Answer.None none)
        {
            tell($"sent without a forecast: {none.Detail}");
            return null;
        }

        return answer;
    }

    private async Task<Answer> AskAsync(
        EntrypointLadder ladder, AnswerKind kind, DutyId duty, TimeSpan left, Action<string> tell,
        CancellationToken closed, CancellationToken cancellationToken)
    {
        var question = Question(kind, duty);
        if (kind == AnswerKind.Inference && ladder.HasSanity)
        {
            question = question with { Network = await LatestAsync(duty, cancellationToken) };
        }

        var answer = await ladder.AnswerAsync(question, left, closed, cancellationToken, tell);
        return answer is Answer.Value { Given: var given } && kind == AnswerKind.Inference
            && _topic?.Labels is { } rules && LabelCheck.Problem(given, rules) is { } problem
            ? new Answer.None(Reason.ModelAnswerInvalid, $"{ladder.Describe(question)}: {problem}")
            : answer;
    }

    /// <summary>What the network inferred last, to hold the answer against; null when that is not known.</summary>
    private async Task<TopicValue?> LatestAsync(DutyId duty, CancellationToken cancellationToken)
    {
        try
        {
            return await allora.Network.LatestInferencesAsync(duty.Topic, cancellationToken) is { } latest
                ? NetworkValues.Of(latest.Values.Combined, _topic is { IsMulti: true })
                : null;
        }
        catch (ChainException)
        {
            // What cannot be held against anything is sent as it is: a doubt is no reason to miss a window.
            return null;
        }
    }

    private static Computed Computed(Answer? inferred, Answer? forecasted)
    {
        if ((inferred as Answer.None ?? (inferred is null ? forecasted as Answer.None : null)) is { } none)
        {
            return new Computed.None(none.Reason, none.Detail);
        }

        var (one, other) = (inferred as Answer.Value, forecasted as Answer.Value);
        var text = WorkerText.Write(one?.Given, other?.Given);
        string?[] shown =
        [
            one is null ? null : Shown(one.Given),
            other?.Given.Labels.Count switch { null => null, 1 => "1 forecast", var many => $"{many} forecasts" },
        ];
        return new Computed.Done(
            text, string.Join(" and ", shown.OfType<string>()), Math.Max(one?.Attempts ?? 0, other?.Attempts ?? 0));
    }

    private static string Shown(TopicValue value) => value.Scalar is { } number
        ? number.Text
        : value.Labels.Count <= 3 ? value.ToString() : $"{value.Labels.Count} labels";
}
