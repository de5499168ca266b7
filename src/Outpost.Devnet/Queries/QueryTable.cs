using Google.Protobuf;
using Google.Protobuf.Reflection;
using Outpost.Devnet.Blocks;

namespace Outpost.Devnet.Queries;

/// <summary>One gRPC method: how to read its request and how to answer it.</summary>
internal sealed record QueryMethod(MessageDescriptor Type, Func<IMessage, QueryAnswer> Answer)
{
    public MessageParser Parser => Type.Parser;
}

/// <summary>
/// Every query method of the chain by its full name, under whatever transport it comes. Answers show the state after
/// the newest block that the node has: a height that is asked for only decides whether it still, or already, has that.
/// </summary>
internal sealed class QueryTable
{
    private const string EmissionsPrefix = "/emissions.";
    private readonly ChainNode _node;
    private readonly Dictionary<string, QueryMethod> _methods = new(StringComparer.Ordinal);

    public QueryTable(ChainNode node)
    {
        _node = node;
        CosmosQueries.AddTo(this, node);
        TxService.AddTo(this, node);
        EmissionsQueries.AddTo(this, node);
        ReputerQueries.AddTo(this, node);
        NetworkQueries.AddTo(this, node);
        BlockQueries.AddTo(this, node);
    }

    public void Add<TRequest>(string method, Func<TRequest, QueryAnswer> answer)
        where TRequest : IMessage<TRequest>, new() =>
        _methods.Add(method, new(new TRequest().Descriptor, request => answer((TRequest)request)));

    /// <summary>Null for a method that the running chain does not have.</summary>
    public QueryMethod? Find(string method)
    {
        if (!method.StartsWith(EmissionsPrefix, StringComparison.Ordinal))
        {
            return _methods.GetValueOrDefault(method);
        }

        // Emissions methods stand in the table without their version; the running one must be asked for.
        var package = $"{EmissionsPrefix}v{(int)_node.Read(view => view.Emissions.Version)}.QueryService/";
        return method.StartsWith(package, StringComparison.Ordinal)
            ? _methods.GetValueOrDefault(method[package.Length..])
            : null;
    }

    /// <param name="height">0: the newest.</param>
    public QueryAnswer Ask(string method, ByteString request, long height)
    {
        if (Find(method) is not { } found)
        {
            return QueryAnswer.Failed(GrpcCode.Unimplemented, $"unknown query path {method}");
        }

        IMessage message;
        try
        {
            message = found.Parser.ParseFrom(request);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            return QueryAnswer.Failed(
                GrpcCode.Internal, $"the request of {method} cannot be read: {malformed.Message}");
        }

        return Ask(method, found, message, height);
    }

    public QueryAnswer Ask(string method, QueryMethod found, IMessage request, long height)
    {
        _node.Observer.Query(method);
        return _node.Read(view => Unavailable(view, height)) ?? found.Answer(request);
    }

    private static QueryAnswer? Unavailable(ChainView view, long height)
    {
        if (height > view.Height)
        {
            return QueryAnswer.Failed(
                GrpcCode.InvalidArgument, "cannot query with height in the future; please provide a valid height");
        }

        return height != 0 && height < view.LowestHeight
            ? QueryAnswer.Failed(
                GrpcCode.Unknown, $"failed to load state at height {height}; version does not exist "
                + $"(latest height: {view.Height}): invalid request")
            : null;
    }
}
