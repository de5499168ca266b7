using Outpost.Simulation.Clock;

namespace Outpost.Simulation.World;

/// <summary>A process's end of a connection: closed by the machine when the process dies.</summary>
internal sealed class ProcessStream : Stream
{
    private readonly Stream _inner;
    private readonly Life _life;

    public ProcessStream(Stream inner, Life life)
    {
        (_inner, _life) = (inner, life);
        _life.Owns(inner);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await _life.HearAsync(_inner.ReadAsync(buffer, cancellationToken).AsTask());

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override void Flush() => _inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _life.Disowns(_inner);
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
