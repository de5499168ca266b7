using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Wire;
using Outpost.Node.Compute;

namespace Outpost.Node.Losses;

/// <summary>
/// The two routes of the loss services of today (allora-offchain-node, adapter/api/apiadapter): POST /calculate and
/// POST /is_never_negative. Numbers travel as text. An attempt that fails is repeated a few times.
/// </summary>
internal sealed partial class LossCalls(
    LossServiceOptions options, HttpMessageInvoker network, TimeProvider time, ILogger logger)
    : ILossSource
{
    private readonly string _base = options.Url.AbsoluteUri.TrimEnd('/');

    public async Task<RawLoss> LossAsync(TopicValue truth, TopicValue prediction, CancellationToken stop)
    {
        var body = Json(json =>
        {
            WriteOptions(json);
            WriteValue(json, "y_pred", prediction);
            WriteValue(json, "y_true", truth);
        });
        var (loss, problem) = await PostAsync("/calculate", body, ReadLoss, stop);
        return new RawLoss(loss, problem);
    }

    public Task<(bool Answer, LossFault? Problem)> IsNeverNegativeAsync(CancellationToken stop) =>
        PostAsync("/is_never_negative", Json(WriteOptions), ReadSign, stop);

    private static (WideDecimal Loss, string? Problem) ReadLoss(JsonElement root)
    {
        if (!root.TryGetProperty("loss", out var loss)
            || loss.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            return (default, "the body has no \"loss\"");
        }

        var text = loss.ValueKind == JsonValueKind.String ? loss.GetString()!.Trim() : loss.GetRawText();
        return WideDecimal.TryRead(text, out var value)
            ? (value, null)
            : (default, $"the loss {AnswerText.Excerpt(text)} is no finite number");
    }

    private static (bool Sign, string? Problem) ReadSign(JsonElement root) =>
        root.TryGetProperty("is_never_negative", out var sign)
            && sign.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? (sign.GetBoolean(), null)
            : (default, "the body has no \"is_never_negative\" that is true or false");

    private async Task<(T Value, LossFault? Problem)> PostAsync<T>(
        string route, byte[] body, Func<JsonElement, (T Value, string? Problem)> read, CancellationToken stop)
        where T : struct
    {
        var uri = new Uri(_base + route);
        var pause = options.RetryDelay;
        for (var attempt = 1; ; attempt++)
        {
            var (value, problem, isFinal) = await AttemptAsync(uri, body, read, stop);
            if (problem is null)
            {
                return (value, null);
            }

            var detail = $"POST {uri.GetLeftPart(UriPartial.Path)}: {problem}";
            if (isFinal || attempt >= options.Attempts)
            {
                return (default, new LossFault(LossProblem.Service, detail));
            }

            AttemptFailed(attempt, detail);
            await Task.Delay(pause, time, stop);
            pause *= 2;
        }
    }

    private async Task<(T Value, string? Problem, bool IsFinal)> AttemptAsync<T>(
        Uri uri, byte[] body, Func<JsonElement, (T Value, string? Problem)> read, CancellationToken stop)
        where T : struct
    {
        using var limit = new CancellationTokenSource(options.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await network.SendAsync(request, either.Token);
            var (text, isWhole) = await BoundedBody.ReadAsync(response, AnswerText.MaxBytes, either.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                // What it calls a wrong request now, it will call so again.
                var isFinal = (int)response.StatusCode is >= 400 and < 500 and not 408 and not 429;
                return (default, $"HTTP {(int)response.StatusCode}: {AnswerText.Excerpt(text)}", isFinal);
            }

            if (!isWhole)
            {
                return (default, $"the body is longer than {AnswerText.MaxBytes} bytes", true);
            }

            var (value, problem) = Read(text, read);
            return (value, problem, true);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return (default, $"no answer within {options.AttemptTimeout.TotalSeconds:0.###} s", false);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return (default, fault.Message, false);
        }
    }

    private static (T Value, string? Problem) Read<T>(string text, Func<JsonElement, (T Value, string? Problem)> read)
        where T : struct
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return read(document.RootElement);
            }
        }
        catch (JsonException)
        {
            // Told below, as any other body that is not wanted; a bare NaN or Infinity is among them.
        }

        return (default, $"the body is no JSON object: {AnswerText.Excerpt(text)}");
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private void WriteOptions(Utf8JsonWriter json)
    {
        json.WriteStartObject("options");
        foreach (var (key, value) in options.Method.OrderBy(option => option.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, string name, TopicValue value)
    {
        if (value.Scalar is { } scalar)
        {
            json.WriteString(name, Plain(scalar));
            return;
        }

        json.WriteStartArray(name);
        foreach (var label in value.Labels)
        {
            json.WriteStartObject();
            json.WriteString("label", label.Label);
            json.WriteString("value", Plain(label.Value));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Without an exponent, as the Go node writes numbers and as services may expect them.</summary>
    private static string Plain(DecimalText number) => WideDecimal.From(number).ToPlainText();

    [LoggerMessage(Level = LogLevel.Debug, Message = "Attempt {Attempt} at the loss service failed: {Detail}")]
    private partial void AttemptFailed(int attempt, string detail);
}
