using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Outpost.Chains.Rpc;

/// <summary>What one HTTP exchange came back with, body and trailers read to their end.</summary>
internal sealed record HttpReply(
    Uri Endpoint, string Operation, HttpStatusCode Status, byte[] Body, HttpResponseHeaders Headers,
    HttpResponseHeaders Trailers, TimeSpan? RetryAfter)
{
    private const int MaxQuotedCharacters = 120;

    // As gRPC sends it, and as the REST gateway passes it on (Cosmos SDK, types/grpc/headers.go).
    private static readonly string[] HeightHeaders = ["x-cosmos-block-height", "grpc-metadata-x-cosmos-block-height"];

    /// <summary>The height of the state that was read; null when no header tells.</summary>
    public long? BlockHeight
    {
        get
        {
            foreach (var name in HeightHeaders)
            {
                if (Headers.TryGetValues(name, out var values)
                    && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var height))
                {
                    return height;
                }
            }

            return null;
        }
    }

    /// <summary>Reads the body; what cannot be read is the endpoint's fault, and its first words are shown.</summary>
    public T Read<T>(Func<byte[], T> read)
    {
        try
        {
            return read(Body);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException
            or KeyNotFoundException or OverflowException or IOException)
        {
            // Google.Protobuf's parse errors, binary and JSON, are IOExceptions.
            throw Fault(ChainFault.BadReply, $"the answer is not what the protocol says: {FirstWords()}", e);
        }
    }

    public ChainException Fault(ChainFault fault, string detail, Exception? inner = null) =>
        new(fault, Operation, Endpoint, detail, inner) { RetryAfter = RetryAfter };

    /// <summary>
    /// The fault behind a status that proxies and gateways answer in a node's stead; null for any other.
    /// </summary>
    public ChainException? GatewayFault()
    {
        var fault = Status switch
        {
            HttpStatusCode.TooManyRequests => ChainFault.RateLimited,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ChainFault.Forbidden,
            HttpStatusCode.RequestTimeout => ChainFault.Timeout,
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                ChainFault.Unreachable,
            _ => (ChainFault?)null,
        };
        return fault is { } found ? Fault(found, $"HTTP {(int)Status}: {FirstWords()}") : null;
    }

    public string FirstWords()
    {
        if (Body.Length == 0)
        {
            return "(empty body)";
        }

        var text = Encoding.UTF8.GetString(Body, 0, Math.Min(Body.Length, 4 * MaxQuotedCharacters));
        var words = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return words.Length <= MaxQuotedCharacters ? words : words[..MaxQuotedCharacters] + "…";
    }
}

/// <summary>
/// Sends HTTP requests over the network that is passed in: each attempt has a time limit and each body a bound.
/// </summary>
internal sealed class HttpCalls(HttpMessageInvoker network, TimeProvider time, TimeSpan attemptTimeout)
{
    // The largest true answers are block results; a topic-rich block stays far below this.
    private const int MaxBodyBytes = 16 << 20;

    public TimeSpan AttemptTimeout => attemptTimeout;

    /// <summary>
    /// One exchange. Any HTTP status is a reply; no reply, none in time, or too long a one is a fault.
    /// </summary>
    public async Task<HttpReply> SendAsync(
        HttpRequestMessage request, Uri endpoint, string operation, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(attemptTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var response = await network.SendAsync(request, linked.Token);
            var body = await BodyAsync(response.Content, endpoint, operation, linked.Token);
            return new HttpReply(endpoint, operation, response.StatusCode, body, response.Headers,
                response.TrailingHeaders, RetryAfter(response.Headers.RetryAfter));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChainException(ChainFault.Timeout, operation, endpoint,
                $"no answer within {attemptTimeout.TotalSeconds:0.###} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ChainException(ChainFault.Unreachable, operation, endpoint, Innermost(e).Message, e);
        }
    }

    private static async Task<byte[]> BodyAsync(
        HttpContent content, Uri endpoint, string operation, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        if (content.Headers.ContentLength is >= 0 and <= MaxBodyBytes and var length)
        {
            // A whole block is large: read into its final place, it is not held twice.
            var whole = new byte[length];
            await stream.ReadExactlyAsync(whole, cancellationToken);
            return whole;
        }

        var body = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var read = await stream.ReadAsync(body.GetMemory(), cancellationToken);
            if (read == 0)
            {
                return body.WrittenSpan.ToArray();
            }

            body.Advance(read);
            if (body.WrittenCount > MaxBodyBytes)
            {
                throw new ChainException(ChainFault.BadReply, operation, endpoint,
                    $"the answer is longer than {MaxBodyBytes >> 20} MiB")
                {
                    IsTooLong = true,
                };
            }
        }
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }
}
