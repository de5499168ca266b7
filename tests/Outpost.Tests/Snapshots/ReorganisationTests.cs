using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains;
using Outpost.Chains.Evm;
using Outpost.Devnet;
using Outpost.Node.Snapshots;
using Outpost.Sdk.Evm;
using Outpost.Sdk.Snapshots;

namespace Outpost.Tests.Snapshots;

/// <summary>
/// A chain that leaves its blocks between any two requests: a snapshot that comes about is of one branch, whole, and of
/// the branch that it says. OUTPOST_REORGANISATIONS sets how many are tried.
/// </summary>
public sealed class ReorganisationTests
{
    private const int Deepest = 64;
    private const int Contracts = 4;

    private static readonly AbiFunction Name = AbiFunction.Parse("name()(bytes32)");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_snapshot_mixes_branches()
    {
        var wanted = int.Parse(Environment.GetEnvironmentVariable("OUTPOST_REORGANISATIONS") ?? "4000", null);
        var random = new Random(11);
        await using var devnet = new EvmDevnet(new EvmDevnetOptions { Contracts = Contracts, MulticallFrom = 0 }, TimeProvider.System);
        devnet.Extend(300);
        using var moving = new Moving(devnet, random);
        await using var client = new EvmClient(
            new EvmOptions { Endpoints = [.. devnet.Nodes.Select(node => new EvmEndpointOptions(node.Url))], MulticallFrom = 0 },
            moving, TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
        await client.ConnectAsync(Token);
        SnapshotProject[] projects =
        [
            .. Enumerable.Range(0, Contracts).Select(index => EvmAddress.Parse(EvmDevnet.ContractAt(index)))
                .Select(contract => new SnapshotProject(contract.Hex, "test", contract, new Everything())),
        ];
        var (computed, refused, wrong) = (0, 0, 0);
        while (moving.Count < wanted)
        {
            devnet.Extend(1 + random.Next(12));
            moving.IsOn = random.Next(4) > 0;
            var end = devnet.Height - random.Next(4);
            try
            {
                var epoch = await EpochComputation.RunAsync(
                    new LiveChain(client), new Epoch(end - 9, end), projects, new MetadataBook(), Token);
                moving.IsOn = false;
                computed++;
                wrong += IsWhole(moving, epoch) ? 0 : 1;
            }
            catch (ChainException)
            {
                refused++;
            }

            moving.IsOn = false;
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{moving.Count} reorganisations up to {Deepest} deep, {computed} epochs computed, {refused} refused, {wrong} wrong");
        Assert.Equal(0, wrong);
        Assert.True(computed > 100 && refused > 100);
    }

    /// <summary>Blocks, logs and calls are those of the branch that ends in the epoch's last block, and all of them.</summary>
    private static bool IsWhole(Moving moving, ComputedEpoch epoch)
    {
        var expected = moving.Branch(epoch.LastBlockHash.ToString(), (int)epoch.Epoch.Size);
        return epoch.Projects.All(project =>
        {
            var told = JsonNode.Parse(Encoding.UTF8.GetString(project.Bytes!.Bytes.Span))!;
            var hashes = told["blocks"]!.AsArray().Select(block => (string)block!);
            var logs = told["logs"]!.AsArray().Select(log => (string)log!).ToArray();
            return hashes.SequenceEqual(expected) && logs.All(expected.Contains)
                && logs.Length == expected.Sum(hash => LogsOf(hash, project.Project.Contract))
                && (string)told["before"]! == AnswerAt(epoch.ParentHash.ToString(), project.Project.Contract);
        });
    }

    /// <summary>Each byte of a block's hash says what happens in it: how many logs, and of which contracts.</summary>
    private static int LogsOf(string hash, EvmAddress contract)
    {
        var digest = Convert.FromHexString(hash.AsSpan(2));
        return Enumerable.Range(0, digest[0] % 6)
            .Count(index => EvmDevnet.ContractAt(digest[index + 1] % Contracts) == contract.Hex);
    }

    private static string AnswerAt(string hash, EvmAddress contract) =>
        HexText.Of(Keccak256.Hash(Encoding.ASCII.GetBytes(contract.Hex + HexText.Of(Name.Encode())[2..] + hash)));

    /// <summary>All that can be asked for, with the hashes of the blocks that it is of.</summary>
    private sealed class Everything : ISnapshotProcessor
    {
        public async Task<JsonObject> ComputeAsync(ISnapshotContext context, CancellationToken cancellationToken)
        {
            var before = context.CallAsync(new EvmCall(context.Contract, Name.Encode()), context.Epoch.Begin - 1);
            var logs = await context.LogsAsync(context.Contract, [SnapshotterOnDevnet.Sync.Topic]);
            var headers = await context.HeadersAsync();
            return new JsonObject
            {
                ["blocks"] = new JsonArray([.. headers.Select(header => (JsonNode)header.Hash.ToString())]),
                ["logs"] = new JsonArray([.. logs.Select(log => (JsonNode)log.BlockHash.ToString())]),
                ["before"] = HexText.Of(((CallResult.Returned)await before).Data.Span),
            };
        }
    }

    /// <summary>Lets the chain leave blocks before requests reach it, and remembers every block that ever was.</summary>
    private sealed class Moving : DelegatingHandler
    {
        private readonly EvmDevnet _devnet;
        private readonly Random _random;
        private readonly Dictionary<string, string> _parents = new(StringComparer.Ordinal);

        public Moving(EvmDevnet devnet, Random random)
            : base(devnet.Network())
        {
            (_devnet, _random) = (devnet, random);
            Remember();
        }

        public bool IsOn { get; set; }

        public int Count { get; private set; }

        /// <summary>The hashes of a branch's newest blocks, oldest first.</summary>
        public IReadOnlyList<string> Branch(string last, int count)
        {
            List<string> hashes = [last];
            while (hashes.Count < count)
            {
                hashes.Insert(0, _parents[hashes[0]]);
            }

            return hashes;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (IsOn && _random.Next(3) == 0)
            {
                var depth = 1 + _random.Next(Deepest);
                _devnet.Reorganise(depth, depth + _random.Next(3));
                Count++;
            }

            Remember();
            return await base.SendAsync(request, cancellationToken);
        }

        private void Remember()
        {
            for (var number = _devnet.Height; number > 0; number--)
            {
                if (!_parents.TryAdd(_devnet.HashAt(number)!, _devnet.HashAt(number - 1)!))
                {
                    return;
                }
            }
        }
    }
}
