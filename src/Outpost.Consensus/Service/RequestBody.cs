using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Outpost.Consensus.Service;

/// <summary>
/// A request's whole body in one piece: where it lies in the server's buffer when it came so, else copied together.
/// Releasing it lets the buffer go.
/// </summary>
internal readonly struct RequestBody
{
    private readonly PipeReader _reader;
    private readonly ReadOnlySequence<byte> _sequence;
    private readonly byte[]? _copy;

    private RequestBody(PipeReader reader, ReadOnlySequence<byte> sequence, byte[]? copy)
    {
        _reader = reader;
        _sequence = sequence;
        _copy = copy;
    }

    public ReadOnlySpan<byte> Bytes =>
        _copy is null ? _sequence.FirstSpan : _copy.AsSpan(0, (int)_sequence.Length);

    /// <summary>Waits for all of it.</summary>
    /// <exception cref="BadHttpRequestException">It is too long, too slow, or broken off.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext http, int maxBytes)
    {
        if (http.Request.ContentLength > maxBytes)
        {
            throw TooLong(maxBytes);
        }

        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await ReadOnAsync(reader, http.RequestAborted);
            if (result.Buffer.Length > maxBytes)
            {
                reader.AdvanceTo(result.Buffer.End);
                throw TooLong(maxBytes);
            }

            if (result.IsCompleted)
            {
                return new RequestBody(reader, result.Buffer, CopyOf(result.Buffer));
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    public void Release()
    {
        _reader.AdvanceTo(_sequence.End);
        if (_copy is not null)
        {
            ArrayPool<byte>.Shared.Return(_copy);
        }
    }

    /// <summary>Chunks of no size, and a caller that goes in the midst of one, are the caller's fault.</summary>
    private static async ValueTask<ReadResult> ReadOnAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (IOException fault) when (fault is not BadHttpRequestException)
        {
            throw new BadHttpRequestException(
                $"the body cannot be read: {fault.Message}", StatusCodes.Status400BadRequest, fault);
        }
    }

    private static byte[]? CopyOf(ReadOnlySequence<byte> sequence)
    {
        if (sequence.IsSingleSegment)
        {
            return null;
        }

        var copy = ArrayPool<byte>.Shared.Rent((int)sequence.Length);
        sequence.CopyTo(copy);
        return copy;
    }

    private static BadHttpRequestException TooLong(int maxBytes) =>
        new($"the body is longer than {maxBytes} bytes", StatusCodes.Status413PayloadTooLarge);
}
