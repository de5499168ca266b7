using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Wire.Tendermint.Abci;

namespace Outpost.Devnet.Allora;

/// <summary>
/// Reads windows and admissions out of the chain's own events, as an onlooker would: not out of its state.
/// </summary>
internal static class EventReader
{
    /// <param name="actor">Worker or Reputer.</param>
    public static (List<WindowOpening> Opened, List<WindowClosing> Closed) Windows(
        IReadOnlyList<Event> events, DateTimeOffset at, string actor)
    {
        var (opening, closing) = ($".Event{actor}SubmissionWindowOpened", $".Event{actor}SubmissionWindowClosed");
        List<WindowOpening> opened = [];
        List<WindowClosing> closed = [];
        foreach (var item in events)
        {
            if (item.Type.EndsWith(opening, StringComparison.Ordinal))
            {
                var (topic, nonce) = Named(item, "nonce_block_height");
                opened.Add(new(topic, nonce, new((long)Number(item, "window_end_block")), at));
            }
            else if (item.Type.EndsWith(closing, StringComparison.Ordinal))
            {
                var (topic, nonce) = Named(item, "nonce_block_height");
                closed.Add(new(topic, nonce));
            }
        }

        return (opened, closed);
    }

    /// <summary>The inferences, forecasts and losses that got into the active set.</summary>
    public static IReadOnlyList<PayloadName> Admissions(IReadOnlyList<Event> events)
    {
        List<PayloadName>? admitted = null;
        foreach (var item in events)
        {
            var (actor, role) = item.Type[(item.Type.LastIndexOf('.') + 1)..] switch
            {
                "EventInsertInfererPayload" => ("inferer", ActorRole.Inferer),
                "EventInsertForecasterPayload" => ("forecaster", ActorRole.Forecaster),
                "EventInsertReputerPayload" => ("reputer", ActorRole.Reputer),
                _ => (null, default),
            };
            if (actor is not null)
            {
                var (topic, nonce) = Named(item, "nonce");
                (admitted ??= []).Add(new(topic, nonce, Text(item, actor)) { Role = role });
            }
        }

        return admitted ?? (IReadOnlyList<PayloadName>)[];
    }

    /// <summary>What was paid, in the order of the events.</summary>
    public static IReadOnlyList<Payout> Payouts(IReadOnlyList<Event> events)
    {
        var scores = ByActor(events, ".EventScoresSet", "scores")
            .ToDictionary(of => of.Name, of => decimal.Parse(of.Text, CultureInfo.InvariantCulture));
        return
        [
            .. ByActor(events, ".EventRewardsSettled", "rewards").Select(of => new Payout(
                of.Name, BigInteger.Parse(of.Text, CultureInfo.InvariantCulture), scores[of.Name])),
        ];
    }

    private static IEnumerable<(PayloadName Name, string Text)> ByActor(
        IReadOnlyList<Event> events, string type, string values) => events
        .Where(item => item.Type.EndsWith(type, StringComparison.Ordinal))
        .SelectMany(item =>
        {
            var (topic, nonce) = Named(item, "block_height");
            var role = Enum.GetValues<ActorRole>().First(one => ActorTypes.NameOf(one) == Text(item, "actor_type"));
            return List(item, "addresses").Zip(List(item, values), (address, text) =>
                (new PayloadName(topic, nonce, address) { Role = role }, text));
        });

    private static (TopicId Topic, Height Nonce) Named(Event item, string nonce) =>
        (new(Number(item, "topic_id")), new((long)Number(item, nonce)));

    private static string Text(Event item, string key) => JsonSerializer.Deserialize<string>(Json(item, key)) ?? "";

    private static string[] List(Event item, string key) => JsonSerializer.Deserialize<string[]>(Json(item, key)) ?? [];

    private static string Json(Event item, string key) =>
        item.Attributes.First(attribute => attribute.Key == key).Value;

    private static ulong Number(Event item, string key) => ulong.Parse(Text(item, key), CultureInfo.InvariantCulture);
}
