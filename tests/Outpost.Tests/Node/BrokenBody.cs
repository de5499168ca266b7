namespace Outpost.Tests.Node;

/// <summary>A body whose connection is reset after its first byte.</summary>
internal sealed class BrokenBody : Stream
{
    private bool _hasBegun;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_hasBegun)
        {
            throw new IOException("The response ended prematurely.");
        }

        _hasBegun = true;
        buffer[offset] = (byte)'3';
        return 1;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
