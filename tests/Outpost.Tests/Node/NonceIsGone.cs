using System.Text;

namespace Outpost.Tests.Node;

/// <summary>A node whose simulations run a block ahead of what it tells: the window is over there already.</summary>
internal sealed class NonceIsGone : DelegatingHandler
{
    private const string Refusal = """
        {"jsonrpc":"2.0","id":1,"result":{"response":{"codespace":"sdk","code":18,"height":"0","log":
            "rpc error: code = Unknown desc = unfulfilled nonce not found: topic 1, nonce 30: invalid request"}}}
        """;

    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        if (!asked.Contains("tx.v1beta1.Service/Simulate", StringComparison.Ordinal))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        Interlocked.Increment(ref _asked);
        return new HttpResponseMessage { Content = new StringContent(Refusal, Encoding.UTF8, "application/json") };
    }
}
