using System.Text;

namespace Outpost.Tests.Node;

/// <summary>A node that lags, and so does not find the network's inferences when it is asked first.</summary>
internal sealed class WithoutInferences(int times) : DelegatingHandler
{
    private const string NotFound = """
        {"jsonrpc":"2.0","id":1,"result":{"response":{"codespace":"sdk","code":22,"height":"0","log":
            "rpc error: code = NotFound desc = network inferences not found"}}}
        """;

    private int _left = times;

    public int Left => Math.Max(0, Volatile.Read(ref _left));

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        return asked.Contains("GetNetworkInferencesAtBlock", StringComparison.Ordinal)
            && Interlocked.Decrement(ref _left) >= 0
            ? new HttpResponseMessage { Content = new StringContent(NotFound, Encoding.UTF8, "application/json") }
            : await base.SendAsync(request, cancellationToken);
    }
}
