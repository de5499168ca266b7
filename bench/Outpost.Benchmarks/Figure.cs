using System.Text.Encodings.Web;
using System.Text.Json;

namespace Outpost.Benchmarks;

/// <summary>One measured number, beside a peer's on the same work and the bar it has to meet.</summary>
/// <param name="Bar">
/// The limit, for <paramref name="Ratio"/> where there is a peer, else for <paramref name="Value"/>.
/// </param>
internal sealed record Figure(
    string Name, double Value, string Unit, string? Peer, double? PeerValue, double? Ratio, double Bar, bool Met)
{
    private static readonly JsonSerializerOptions Format =
        new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Figure AtMost(double bar, string name, double value, string unit) =>
        new(name, Round(value), unit, null, null, null, bar, value <= bar);

    internal static Figure AtLeast(double bar, string name, double value, string unit) =>
        new(name, Round(value), unit, null, null, null, bar, value >= bar);

    internal static Figure BesidePeer(
        double bar, string name, double value, string unit, string peer, double peerValue) =>
        new(name, Round(value), unit, peer, Round(peerValue), Round(value / peerValue), bar, value / peerValue <= bar);

    internal string ToJson() => JsonSerializer.Serialize(this, Format);

    private static double Round(double value) => Math.Round(value, 4);
}
