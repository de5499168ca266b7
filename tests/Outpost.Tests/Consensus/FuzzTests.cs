using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Outpost.Chains.Keys;
using Outpost.Consensus.Service;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Consensus;

/// <summary>
/// Requests that are wrong in any way, through all of the service but its sockets: each is answered with a refusal that
/// clients know, none with a fault, and nothing is kept of them.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_123;

    /// <summary>Half a minute's worth. OUTPOST_FUZZ_INPUTS=1000000 tries as many as the promise says.</summary>
    private const int Inputs = 250_000;

    /// <summary>Requests under way, so that those that are written share transactions.</summary>
    private const int Callers = 32;

    private const int InputsInSecond = 2000;

    /// <summary>
    /// Between a tenth of the inputs and all of them. Rings and caches still fill towards their bounds then; what kept
    /// a hundred bytes of every input would be found.
    /// </summary>
    private const long MostGrowth = 20 << 20;

    private const string Limit = "999999999/second";

    private static readonly int[] Statuses = [200, 400, 401, 403, 404, 405, 413, 422, 429];

    private readonly ConcurrentDictionary<int, int> _answers = [];
    private readonly ConcurrentQueue<string> _faults = [];
    private int _taken;

    [Fact]
    public async Task Whatever_comes_is_answered_and_nothing_grows()
    {
        var inputs = int.TryParse(
            Environment.GetEnvironmentVariable("OUTPOST_FUZZ_INPUTS"), CultureInfo.InvariantCulture, out var asked) ? asked : Inputs;
        await using var world = await StartAsync();
        var callers = Enumerable.Range(0, Callers)
            .Select(caller => new FuzzInputs(Seed + caller, Signed(), world.Host.Paths)).ToArray();
        var begun = TimeProvider.System.GetTimestamp();
        await RunAsync(world, callers, inputs / 10);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RunAsync(world, callers, inputs);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        var took = TimeProvider.System.GetElapsedTime(begun);
        output.WriteLine(
            $"seed {Seed}: {_taken} inputs in {took.TotalSeconds:F0} s, {_faults.Count} faults, memory {growth / 1024:+#;-#;0} KiB; "
            + string.Join(", ", _answers.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}")));
        Assert.True(_faults.IsEmpty, string.Join("\n\n", _faults.Take(5)));
        Assert.All(Statuses, status => Assert.True(_answers.GetValueOrDefault(status) > 0, $"No answer was {status}."));
        Assert.True(growth < MostGrowth, $"It grew by {growth} bytes.");
    }

    private Task RunAsync(ServiceWorld world, FuzzInputs[] callers, int until) => Parallel.ForEachAsync(
        callers, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = ServiceWorld.Stop },
        async (caller, _) =>
        {
            while (Interlocked.Increment(ref _taken) is var number && number <= until)
            {
                if (number % InputsInSecond == 0)
                {
                    world.Time.Advance(TimeSpan.FromSeconds(1));
                }

                await TryAsync(world, caller.Next());
            }

            Interlocked.Decrement(ref _taken);
        });

    private async Task TryAsync(ServiceWorld world, FuzzInput input)
    {
        // The stream of events ends when its reader goes, which it does at once.
        var http = input.ToContext(new CancellationToken(canceled: input.Path == "events"));
        try
        {
            await world.Host.HandleAsync(http);
        }
        catch (Exception fault)
        {
            _faults.Enqueue($"{input}\n{fault}");
            throw;
        }

        _answers.AddOrUpdate(http.Response.StatusCode, 1, (_, count) => count + 1);
        var body = ((MemoryStream)http.Response.Body).ToArray();
        if (!(Statuses.Contains(http.Response.StatusCode) || MayFail(input, http)) || !IsWhole(http, body))
        {
            _faults.Enqueue($"{input}\nanswered {http.Response.StatusCode}: {Encoding.UTF8.GetString(body)}");
        }
    }

    /// <summary>The clock leaps, and what is under way then took too long for a service that is well.</summary>
    private static bool MayFail(FuzzInput input, HttpContext http) => http.Response.StatusCode == 503 && input.Path == "health";

    /// <summary>An answer is UTF-8, and JSON where it says so.</summary>
    private static bool IsWhole(HttpContext http, byte[] body)
    {
        if (body.Length == 0 || http.Response.ContentType != "application/json")
        {
            return Utf8.IsValid(body);
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                // Reading to the end is the check.
            }

            return Utf8.IsValid(body);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A service with some rounds, some of them decided, and nobody who is slowed but one.</summary>
    private static async Task<ServiceWorld> StartAsync()
    {
        var world = await ServiceWorld.StartAsync(options => options with
        {
            PublicRateLimit = Limit,
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
        });
        await world.AddAsync("slow", "1/day");
        var registry = await ConsensusStore.OpenRegistryAsync(world.Options.Store, ServiceWorld.Stop);
        using var key = Key();
        Assert.True(await registry.AddAsync(
            new Snapshotter(0, "signer") { Address = key.Address.ToString().ToLowerInvariant(), RateLimit = Limit }, ServiceWorld.Stop));
        foreach (var alias in (string[])["A", "B", "C"])
        {
            await world.AddAsync(alias, Limit);
        }

        await world.RestartAsync();
        foreach (var alias in (string[])["A", "B", "C"])
        {
            await world.PostAsync("/registerProjectPeer", new { projectID = "P", instanceID = ServiceWorld.IdOf(alias) });
        }

        foreach (var end in (long[])[1010, 1020, 1030])
        {
            await world.ReleaseAsync(end);
            await world.SubmitAsync("B", "X", end);
        }

        await world.SubmitAsync("C", "X", 1030);
        return world;
    }

    private static EthereumKey Key() => EthereumKey.FromPrivateKey(Keccak256.Hash("fuzz"u8));

    private static string Signed()
    {
        var request = new SnapshotRequest(7, 100_000, "X", 1010, "P");
        using var key = Key();
        return $$"""
            {"request":{"slotId":7,"deadline":"100000","snapshotCid":"X","epochId":1010,"projectId":"P"},
            "signature":"{{key.Sign(request.Digest(new ConsensusOptions().Domain))}}"}
            """;
    }
}
