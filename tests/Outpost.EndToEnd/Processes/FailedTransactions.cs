using System.Security.Cryptography;
using System.Text.Json;

namespace Outpost.EndToEnd.Processes;

/// <summary>The transactions that are in the chain's blocks and failed there, read as any explorer would.</summary>
internal static class FailedTransactions
{
    /// <summary>One line each, from the oldest block that the devnet still has.</summary>
    internal static async Task<IReadOnlyList<string>> ReadAsync(Devnet.Devnet devnet, CancellationToken cancellationToken)
    {
        using var network = new SocketsHttpHandler();
        using var client = new HttpClient(network, disposeHandler: false) { BaseAddress = devnet.Rpc };
        var failed = new List<string>();
        for (var height = Math.Max(1, devnet.Height - devnet.Options.KeptBlocks + 2); height <= devnet.Height; height++)
        {
            using var results = await AskAsync(client, $"block_results?height={height}", cancellationToken);
            var transactions = results.RootElement.GetProperty("result").GetProperty("txs_results");
            if (transactions.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            using var block = await AskAsync(client, $"block?height={height}", cancellationToken);
            var bytes = block.RootElement.GetProperty("result").GetProperty("block").GetProperty("data").GetProperty("txs");
            foreach (var (index, result) in transactions.EnumerateArray().Index())
            {
                if (result.GetProperty("code").GetUInt32() != 0)
                {
                    var hash = Convert.ToHexString(SHA256.HashData(bytes[index].GetBytesFromBase64()));
                    failed.Add($"{hash} in block {height}: {result.GetProperty("codespace")} {result.GetProperty("code")}, "
                        + result.GetProperty("log").GetString());
                }
            }
        }

        return failed;
    }

    private static async Task<JsonDocument> AskAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        await using var body = await client.GetStreamAsync(path, cancellationToken);
        return await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
    }
}
