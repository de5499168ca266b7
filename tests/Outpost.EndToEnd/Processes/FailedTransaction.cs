using System.Security.Cryptography;
using System.Text.Json;
using Outpost.Chains.Wire.Cosmos.Tx;
using Outpost.Chains.Wire.Emissions.V10;
using Outpost.Devnet;

namespace Outpost.EndToEnd.Processes;

/// <summary>A transaction that is in one of the chain's blocks and failed there.</summary>
/// <param name="Payload">What it was to submit.</param>
internal sealed record FailedTransaction(
    string Hash, PayloadName Payload, long Height, string Codespace, uint Code, string Log)
{
    /// <summary>All of them, read as any explorer would, from the oldest block that the devnet still has.</summary>
    internal static async Task<IReadOnlyList<FailedTransaction>> ReadAllAsync(
        Devnet.Devnet devnet, CancellationToken cancellationToken)
    {
        using var network = new SocketsHttpHandler();
        using var client = new HttpClient(network, disposeHandler: false) { BaseAddress = devnet.Rpc };
        var failed = new List<FailedTransaction>();
        for (var height = Math.Max(1, devnet.Height - devnet.Options.KeptBlocks + 2); height <= devnet.Height; height++)
        {
            using var results = await AskAsync(client, $"block_results?height={height}", cancellationToken);
            var transactions = results.RootElement.GetProperty("result").GetProperty("txs_results");
            if (transactions.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            using var block = await AskAsync(client, $"block?height={height}", cancellationToken);
            var bytes = block.RootElement
                .GetProperty("result").GetProperty("block").GetProperty("data").GetProperty("txs");
            foreach (var (index, result) in transactions.EnumerateArray().Index())
            {
                if (result.GetProperty("code").GetUInt32() != 0)
                {
                    var transaction = bytes[index].GetBytesFromBase64();
                    failed.Add(new FailedTransaction(
                        Convert.ToHexString(SHA256.HashData(transaction)), PayloadOf(transaction), height,
                        result.GetProperty("codespace").GetString()!, result.GetProperty("code").GetUInt32(),
                        result.GetProperty("log").GetString()!));
                }
            }
        }

        return failed;
    }

    private static PayloadName PayloadOf(byte[] transaction)
    {
        var body = TxBody.Parser.ParseFrom(TxRaw.Parser.ParseFrom(transaction).BodyBytes);
        var bundle = InsertWorkerPayloadRequest.Parser.ParseFrom(body.Messages[0].Value).WorkerDataBundle;
        return new PayloadName(new(bundle.TopicId), new(bundle.Nonce.BlockHeight), bundle.Worker);
    }

    private static async Task<JsonDocument> AskAsync(
        HttpClient client, string path, CancellationToken cancellationToken)
    {
        await using var body = await client.GetStreamAsync(path, cancellationToken);
        return await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
    }
}
