using System.Globalization;
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
    public static (List<WindowOpening> Opened, List<WindowClosing> Closed) Windows(
        IReadOnlyList<Event> events, DateTimeOffset at)
    {
        List<WindowOpening> opened = [];
        List<WindowClosing> closed = [];
        foreach (var item in events)
        {
            if (item.Type.EndsWith(".EventWorkerSubmissionWindowOpened", StringComparison.Ordinal))
            {
                var (topic, nonce) = Named(item, "nonce_block_height");
                opened.Add(new(topic, nonce, new((long)Number(item, "window_end_block")), at));
            }
            else if (item.Type.EndsWith(".EventWorkerSubmissionWindowClosed", StringComparison.Ordinal))
            {
                var (topic, nonce) = Named(item, "nonce_block_height");
                closed.Add(new(topic, nonce));
            }
        }

        return (opened, closed);
    }

    /// <summary>The payloads that got into the active set.</summary>
    public static IReadOnlyList<PayloadName> Admissions(IReadOnlyList<Event> events)
    {
        List<PayloadName>? admitted = null;
        foreach (var item in events)
        {
            if (item.Type.EndsWith(".EventInsertInfererPayload", StringComparison.Ordinal))
            {
                var (topic, nonce) = Named(item, "nonce");
                (admitted ??= []).Add(new(topic, nonce, Text(item, "inferer")));
            }
        }

        return admitted ?? (IReadOnlyList<PayloadName>)[];
    }

    private static (TopicId Topic, Height Nonce) Named(Event item, string nonce) =>
        (new(Number(item, "topic_id")), new((long)Number(item, nonce)));

    private static string Text(Event item, string key) =>
        JsonSerializer.Deserialize<string>(item.Attributes.First(attribute => attribute.Key == key).Value) ?? "";

    private static ulong Number(Event item, string key) => ulong.Parse(Text(item, key), CultureInfo.InvariantCulture);
}
