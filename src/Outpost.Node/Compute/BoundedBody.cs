using System.Text;

namespace Outpost.Node.Compute;

/// <summary>Reads bodies of models and services, which may be of any length, up to a bound.</summary>
internal static class BoundedBody
{
    public static async Task<(string Text, bool IsWhole)> ReadAsync(
        HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[maxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return (Encoding.UTF8.GetString(buffer, 0, length), length <= maxBytes);
    }
}
