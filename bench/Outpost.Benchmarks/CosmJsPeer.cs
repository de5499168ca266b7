using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Outpost.EndToEnd;

namespace Outpost.Benchmarks;

/// <summary>CosmJS in a Node process of its own, asked for one pass over the list at a time.</summary>
internal sealed class CosmJsPeer : IDisposable
{
    private readonly Process _node;

    private CosmJsPeer(Process node) => _node = node;

    internal IReadOnlyList<string> Transactions { get; private set; } = [];

    /// <summary>Starts the peer, hands it the list and waits until it has warmed up.</summary>
    internal static async Task<CosmJsPeer> StartAsync(object work, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", [Repository.PathOf("bench", "peers", "cosmjs-tx-build.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var peer = new CosmJsPeer(Process.Start(start) ?? throw new InvalidOperationException("node did not start."));
        try
        {
            var line = await peer.AskAsync(
                JsonSerializer.Serialize(work, JsonSerializerOptions.Web), cancellationToken);
            peer.Transactions = JsonSerializer.Deserialize<string[]>(line) ?? [];
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    /// <summary>Microseconds for one transaction, averaged over one pass.</summary>
    internal async Task<double> PassAsync(CancellationToken cancellationToken) =>
        double.Parse(await AskAsync("pass", cancellationToken), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        if (!_node.HasExited)
        {
            _node.Kill();
        }

        _node.Dispose();
    }

    private async Task<string> AskAsync(string line, CancellationToken cancellationToken)
    {
        await _node.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        await _node.StandardInput.FlushAsync(cancellationToken);
        return await _node.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("The CosmJS peer ended early; its words stand above.");
    }
}
