using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Outpost.Consensus.Service;

/// <summary>
/// A request's whole body in one piece: where it lies in the server's buffer when it came so, else copied together.
/// It is let go as soon as it was read.
/// </summary>
internal static class RequestBody
{
    /// <summary>Makes something of a body, of which nothing may be kept.</summary>
    public delegate T Reader<out T>(HttpContext http, ReadOnlySpan<byte> json);

    /// <summary>Waits for all of it, and has it read.</summary>
    /// <exception cref="BadHttpRequestException">It is too long, too slow, or broken off.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpContext http, int maxBytes, Reader<T> read)
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

            if (!result.IsCompleted)
            {
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                continue;
            }

            try
            {
                return Read(http, result.Buffer, read);
            }
            finally
            {
                reader.AdvanceTo(result.Buffer.End);
            }
        }
    }

    private static T Read<T>(HttpContext http, in ReadOnlySequence<byte> body, Reader<T> read)
    {
        if (body.IsSingleSegment)
        {
            return read(http, body.FirstSpan);
        }

        var copy = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(copy);
            return read(http, copy.AsSpan(0, (int)body.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
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

    private static BadHttpRequestException TooLong(int maxBytes) =>
        new($"the body is longer than {maxBytes} bytes", StatusCodes.Status413PayloadTooLarge);
}
