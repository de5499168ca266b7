using System.Text;

namespace Outpost.Tests.Node;

/// <summary>A node that goes on in all but one thing: it refuses every question for a transaction by its hash.</summary>
internal sealed class DeafToLookups : DelegatingHandler
{
    private const string Refusal =
        """{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params","data":"not this one"}}""";

    private volatile bool _isDeaf;

    public bool IsDeaf
    {
        get => _isDeaf;
        set => _isDeaf = value;
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        return IsDeaf && asked.Contains("\"method\":\"tx\"", StringComparison.Ordinal)
            ? new HttpResponseMessage { Content = new StringContent(Refusal, Encoding.UTF8, "application/json") }
            : await base.SendAsync(request, cancellationToken);
    }
}
