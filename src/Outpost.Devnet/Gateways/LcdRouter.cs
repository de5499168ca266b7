using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Outpost.Chains.Wire.Cosmos.Tendermint;
using Outpost.Devnet.Blocks;
using Outpost.Devnet.Queries;

namespace Outpost.Devnet.Gateways;

/// <summary>The REST gateway: finds the query behind a path, fills its request, prints its answer as JSON.</summary>
internal sealed class LcdRouter
{
    private const string HeightHeader = "x-cosmos-block-height";
    private readonly ChainNode _node;
    private readonly QueryTable _queries;
    private readonly GatewayJson _json;
    private readonly TxsByEvent _txsByEvent;
    private readonly Dictionary<int, IReadOnlyList<LcdRoute>> _routes = new()
    {
        [9] = LcdRoutes.Of(9),
        [10] = LcdRoutes.Of(10),
    };

    public LcdRouter(ChainNode node, QueryTable queries)
    {
        (_node, _queries) = (node, queries);
        _json = new GatewayJson(() => node.Chain.Types);
        _txsByEvent = new TxsByEvent(node, queries, _json);
    }

    public NodeReply Route(NodeRequest request)
    {
        var segments = request.Path.Trim('/').Split('/');
        switch (request.Method, request.Path.TrimEnd('/'))
        {
            case ("GET", "/cosmos/tx/v1beta1/txs"):
                return _txsByEvent.Answer(request);
            case ("GET", "/feemarket/v1/state"):
                return NodeReply.Json(200, _node.Read(FeeMarketForms.State));
            case ("GET", "/feemarket/v1/params"):
                return NodeReply.Json(200, _node.Read(FeeMarketForms.Parameters));
        }

        foreach (var route in _routes[(int)_node.Read(view => view.Emissions.Version)])
        {
            if (route.Method == request.Method && Match(route.Segments, segments) is { } values)
            {
                return Answer(route, values, request);
            }
        }

        return Failed(GrpcCode.Unimplemented, "Not Implemented");
    }

    public static NodeReply Failed(GrpcCode code, string text) => NodeReply.Json(
        code switch
        {
            GrpcCode.InvalidArgument => 400,
            GrpcCode.NotFound => 404,
            GrpcCode.Unimplemented => 501,
            _ => 500,
        },
        new JsonObject { ["code"] = (int)code, ["message"] = text, ["details"] = new JsonArray() });

    private NodeReply Answer(LcdRoute route, Dictionary<string, string> values, NodeRequest request)
    {
        if (_queries.Find(route.GrpcMethod) is not { } method)
        {
            return Failed(GrpcCode.Unimplemented, "Not Implemented");
        }

        if (Read(method, values, request, out var message) is { } problem)
        {
            return Failed(GrpcCode.InvalidArgument, problem);
        }

        var heightText = request.Headers.GetValueOrDefault(HeightHeader);
        _ = long.TryParse(heightText, NumberStyles.None, CultureInfo.InvariantCulture, out var height);
        var answer = _queries.Ask(route.GrpcMethod, method, message!, height);
        return answer.Message is { } found
            ? NodeReply.Json(200, Complete(found, _json.Format(found)))
            : Failed(answer.Code, answer.Text);
    }

    /// <summary>Adds what the gateway shows and our messages leave out.</summary>
    private static JsonObject Complete(IMessage message, JsonObject json)
    {
        if (message is GetLatestBlockResponse or GetBlockByHeightResponse)
        {
            json["block"] = json["sdk_block"]?.DeepClone();
        }

        if (json["tx_response"] is JsonObject response)
        {
            response["logs"] = new JsonArray();
        }

        return json;
    }

    private static string? Read(
        QueryMethod method, Dictionary<string, string> values, NodeRequest request, out IMessage? message)
    {
        message = null;
        try
        {
            message = request.Method == "POST"
                ? JsonParser.Default.Parse(System.Text.Encoding.UTF8.GetString(request.Body.Span), method.Type)
                : method.Parser.ParseFrom(ByteString.Empty);
        }
        catch (Exception malformed) when (malformed is InvalidProtocolBufferException or InvalidJsonException)
        {
            return malformed.Message;
        }

        foreach (var (name, text) in request.Query.Concat(values))
        {
            if (method.Type.FindFieldByName(name) is { } field && Set(message, field, text) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? Set(IMessage message, FieldDescriptor field, string text)
    {
        object? value = field.FieldType switch
        {
            FieldType.String => text,
            FieldType.UInt64 when ulong.TryParse(
                text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            FieldType.Int64 when long.TryParse(
                text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
        if (value is null)
        {
            return $"type mismatch, parameter: {field.Name}, error: "
                + $"strconv.ParseInt: parsing \"{text}\": invalid syntax";
        }

        field.Accessor.SetValue(message, value);
        return null;
    }

    private static Dictionary<string, string>? Match(string[] pattern, string[] segments)
    {
        if (pattern.Length != segments.Length)
        {
            return null;
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (expected, actual) in pattern.Zip(segments))
        {
            if (expected is ['{', .., '}'] && actual.Length > 0)
            {
                values[expected[1..^1]] = actual;
            }
            else if (!string.Equals(expected, actual, StringComparison.Ordinal))
            {
                return null;
            }
        }

        return values;
    }
}
