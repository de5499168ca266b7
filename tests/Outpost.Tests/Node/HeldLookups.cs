namespace Outpost.Tests.Node;

/// <summary>A node that answers all but one thing: who asks for that waits until it is let go.</summary>
/// <param name="what">What stands in such a request; without it a transaction is asked for by its hash.</param>
internal sealed class HeldLookups(string what = "\"method\":\"tx\"") : DelegatingHandler
{
    private readonly TaskCompletionSource _free = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _asked;

    public bool IsHolding { get; set; }

    /// <summary>Lookups that came while they were held.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public void Release() => _free.TrySetResult();

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        if (IsHolding && asked.Contains(what, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _asked);
            await _free.Task.WaitAsync(cancellationToken);
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
