using System.Buffers;
using System.Text;

namespace Outpost.Node.Modules;

/// <summary>Lines of a stream whose writer is not trusted: none is kept longer than the bound.</summary>
internal sealed class LineReader(Stream stream, int mostBytes)
{
    private readonly byte[] _buffer = new byte[8192];
    private readonly ArrayBufferWriter<byte> _line = new();
    private int _next;
    private int _filled;

    /// <summary>The next line, cut where it is too long; null at the end of the stream.</summary>
    public async Task<(string? Line, bool IsCut)> ReadAsync()
    {
        _line.ResetWrittenCount();
        for (var isCut = false; ;)
        {
            if (_next == _filled)
            {
                (_next, _filled) = (0, await stream.ReadAsync(_buffer));
                if (_filled == 0)
                {
                    return (_line.WrittenCount == 0 && !isCut ? null : Text(), isCut);
                }
            }

            var rest = _buffer.AsMemory(_next, _filled - _next);
            var end = rest.Span.IndexOf((byte)'\n');
            var part = end < 0 ? rest : rest[..end];
            var fits = Math.Min(part.Length, mostBytes - _line.WrittenCount);
            isCut |= fits < part.Length;
            _line.Write(part.Span[..fits]);
            _next += end < 0 ? part.Length : end + 1;
            // One that never ends is told of at once: nobody would wait for its end.
            if (end >= 0 || isCut)
            {
                return (Text(), isCut);
            }
        }
    }

    private string Text() => Encoding.UTF8.GetString(_line.WrittenSpan).TrimEnd('\r');
}
