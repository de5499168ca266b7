using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Outpost.Node.Control;

/// <summary>Both ends of the local socket: where it is, and how a line goes over it.</summary>
internal static class ControlChannel
{
    private const byte EndOfLine = (byte)'\n';

    /// <summary>More than all endpoints of any node take.</summary>
    private const int MaxLineBytes = 1 << 20;

    /// <summary>Beside the journal; null for one in memory, which nobody else could name.</summary>
    public static string? PathFor(string journalPath) =>
        journalPath == ":memory:" || journalPath.StartsWith("file:", StringComparison.Ordinal)
            ? null
            : journalPath + ".sock";

    public static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public static async Task WriteAsync<T>(
        NetworkStream stream, T message, JsonTypeInfo<T> form, CancellationToken cancellationToken) =>
        await stream.WriteAsync(
            (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(message, form), EndOfLine], cancellationToken);

    /// <exception cref="JsonException">The other side did not send one line of such JSON.</exception>
    public static async Task<T> ReadAsync<T>(
        NetworkStream stream, JsonTypeInfo<T> form, CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        var part = new byte[4096];
        while (line.Length <= MaxLineBytes)
        {
            var count = await stream.ReadAsync(part, cancellationToken);
            var end = part.AsSpan(0, count).IndexOf(EndOfLine);
            line.Write(part, 0, end < 0 ? count : end);
            if (end >= 0)
            {
                return JsonSerializer.Deserialize(line.ToArray(), form) ?? throw new JsonException("The line is null.");
            }

            if (count == 0)
            {
                throw new JsonException("The line has no end.");
            }
        }

        throw new JsonException($"The line is longer than {MaxLineBytes >> 20} MiB.");
    }
}
