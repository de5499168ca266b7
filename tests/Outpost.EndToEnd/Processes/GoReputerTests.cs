using System.Collections.Concurrent;
using System.Numerics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Allora;
using Outpost.Chains.Keys;
using Outpost.Devnet;

namespace Outpost.EndToEnd.Processes;

/// <summary>`outpost run` with a worker's and reputer's file of the Go node, judged by the chain.</summary>
public sealed class GoReputerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Go_nodes_file_registers_stakes_infers_and_sends_losses(bool hasLossService)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await using var server = await ReputersServer.StartAsync(patience.Token);
        var mnemonic = Mnemonic.Create();
        using var key = AccountKey.FromMnemonic(mnemonic);
        await using var devnet = await Outpost.Devnet.Devnet.StartAsync(
            new DevnetOptions
            {
                BlockTime = TimeSpan.FromMilliseconds(150),
                Topics =
                [
                    new TopicOptions
                    {
                        Id = new(1),
                        EpochLength = 24,
                        WorkerWindow = 16,
                        GroundTruthLag = 24,
                        FirstOpening = 40,
                    },
                ],
                Balances = new Dictionary<string, BigInteger> { [key.Address] = BigInteger.Pow(10, 24) },
            },
            TimeProvider.System, NullLoggerFactory.Instance, patience.Token);
        var witness = new AdmissionWitness();
        devnet.Observer.Add(witness);
        var folder = Directory.CreateTempSubdirectory("outpost-endtoend-");
        try
        {
            var config = Path.Combine(folder.FullName, "config.json");
            await File.WriteAllTextAsync(config, Config(devnet, mnemonic, server, hasLossService), patience.Token);
            using var program = OutpostProcess.Run(config, "info");

            await Workplace.UntilAsync(
                () => witness.Admitted.Any(name => name.Role == ActorRole.Reputer), patience.Token);

            Assert.Contains(witness.Admitted, name => name.Role == ActorRole.Inferer && name.Worker == key.Address);
            Assert.Equal(witness.Admitted.Count, witness.Admitted.Distinct().Count());
            Assert.Equal(hasLossService, server.Losses > 0);
            program.Terminate();
            await program.WaitForExitAsync(patience.Token);
            Assert.Equal(0, program.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Config(Devnet.Devnet devnet, Mnemonic mnemonic, ReputersServer server, bool hasLossService)
    {
        var losses = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["LossMethodOptions"] = new { loss_method = "mse" },
        };
        if (hasLossService)
        {
            losses["LossFunctionService"] = server.Url;
        }

        return JsonSerializer.Serialize(new
        {
            wallet = new
            {
                addressKeyName = "go",
                addressRestoreMnemonic = mnemonic.Sentence.RevealForUse(),
                chainId = devnet.Options.ChainId,
                gasPrices = "auto",
                nodeRpcs = new[] { devnet.Rpc },
                maxRetries = 5,
                submitTx = true,
            },
            worker = new[]
            {
                new
                {
                    topicId = 1,
                    inferenceEntrypointName = "apiAdapter",
                    parameters = new { InferenceEndpoint = $"{server.Url}/inference/{{Token}}", Token = "ETH" },
                },
            },
            reputer = new[]
            {
                new
                {
                    topicId = 1,
                    groundTruthEntrypointName = "apiAdapter",
                    lossFunctionEntrypointName = "apiAdapter",
                    minStake = "25000",
                    groundTruthParameters = new
                    {
                        GroundTruthEndpoint = $"{server.Url}/gt/{{Token}}/{{BlockHeight}}",
                        Token = "ethereum",
                    },
                    lossFunctionParameters = losses,
                },
            },
        });
    }

    /// <summary>Keeps what got into the active sets.</summary>
    private sealed class AdmissionWitness : IChainWitness
    {
        private readonly ConcurrentQueue<PayloadName> _admitted = new();

        internal IReadOnlyList<PayloadName> Admitted => [.. _admitted];

        public void Opened(WindowOpening opening)
        {
        }

        public void Checked(CheckedTransaction transaction)
        {
        }

        public void Committed(CommittedBlock block)
        {
            foreach (var name in block.Transactions.SelectMany(transaction => transaction.Admitted))
            {
                _admitted.Enqueue(name);
            }
        }
    }
}
