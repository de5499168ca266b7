using System.Threading.Channels;

namespace Outpost.Devnet.Hosting;

/// <summary>
/// One end of a connection in memory: what is written comes out of the other end, whole writes in their order, each
/// after its delay. A writer waits while too much is unread. Disposing one end ends both.
/// </summary>
internal sealed class MemoryDuplex : Stream
{
    /// <summary>Writes on their way, about a socket's buffers full of block events.</summary>
    private const int MaxUnread = 1_024;

    private readonly TimeProvider _time;
    private readonly Func<TimeSpan>? _delay;
    private readonly Channel<Parcel> _incoming = Channel.CreateBounded<Parcel>(
        new BoundedChannelOptions(MaxUnread) { SingleReader = true, SingleWriter = true });

    private MemoryDuplex? _other;
    private Parcel? _opened;
    private int _read;

    private MemoryDuplex(TimeProvider time, Func<TimeSpan>? delay) => (_time, _delay) = (time, delay);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <param name="delay">Drawn for each write; null: none.</param>
    public static (Stream Client, Stream Server) Connect(TimeProvider time, Func<TimeSpan>? delay)
    {
        var client = new MemoryDuplex(time, delay);
        var server = new MemoryDuplex(time, delay) { _other = client };
        client._other = server;
        return (client, server);
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var parcel = new Parcel(buffer.ToArray(), _time.GetTimestamp(), _delay?.Invoke() ?? TimeSpan.Zero);
        try
        {
            await _other!._incoming.Writer.WriteAsync(parcel, cancellationToken);
        }
        catch (ChannelClosedException closed)
        {
            throw new IOException("The connection was closed.", closed);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_opened is null && !await NextAsync(cancellationToken))
        {
            return 0;
        }

        var left = _opened!.Bytes.AsMemory(_read);
        var count = Math.Min(left.Length, buffer.Length);
        left[..count].CopyTo(buffer);
        _read += count;
        if (_read == _opened.Bytes.Length)
        {
            (_opened, _read) = (null, 0);
        }

        return count;
    }

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _incoming.Writer.TryComplete();
            _other!._incoming.Writer.TryComplete();
        }

        base.Dispose(disposing);
    }

    /// <summary>Takes the next parcel when its time has come; false at the end of the connection.</summary>
    private async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        // The one reader looks before it takes: a cancelled wait loses nothing.
        while (await _incoming.Reader.WaitToReadAsync(cancellationToken))
        {
            if (!_incoming.Reader.TryPeek(out var parcel))
            {
                continue;
            }

            var wait = parcel.Delay == TimeSpan.Zero
                ? TimeSpan.Zero
                : parcel.Delay - _time.GetElapsedTime(parcel.SentAt);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _time, cancellationToken);
            }

            if (_incoming.Reader.TryRead(out _opened))
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Parcel(byte[] Bytes, long SentAt, TimeSpan Delay);
}
