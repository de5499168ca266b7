using System.Globalization;
using System.Text;
using Outpost.Chains.Keys;
using Outpost.Consensus.Proofs;
using Outpost.Consensus.Service;
using Outpost.Consensus.Snapshotters;
using Outpost.Consensus.Store;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Consensus;

/// <summary>Snapshotters who sign (EIP-712) instead of showing an instance id.</summary>
public sealed class SignedSubmissionTests
{
    private static readonly TypedDomain Domain = new ConsensusOptions().Domain;

    [Fact]
    public async Task A_signed_vote_counts_under_its_address()
    {
        await using var world = await StartAsync("one", "two");
        Assert.Equal((200, """{"status":"ACCEPTED","delayedSubmission":false,"finalizedSnapshotCID":null}"""),
            await world.PostAsync("/submitSnapshot", Signed("one", Request("X"))));
        Assert.Equal((200, """{"status":"FINALIZED","delayedSubmission":false,"finalizedSnapshotCID":"X"}"""),
            await world.PostAsync("/submitSnapshot", Signed("two", Request("X"))));

        var json = await RecordAsync(world);
        Assert.Contains(KeyOf("one").Address.ToString(), json, StringComparison.Ordinal);
        var report = ProofCheck.Of(Encoding.UTF8.GetBytes(json), world.Host.Key);
        Assert.Empty(report.Problems);
        Assert.Contains(report.Checked, line => line.Contains(
            "2 of them carry their voter's own signature", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_signature_again_changes_nothing()
    {
        await using var world = await StartAsync("one", "two", "three");
        var body = Signed("one", Request("X"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await world.PostAsync("/submitSnapshot", body)).Status);
        }

        var project = await world.Host.Store.ProjectAsync("P", ServiceWorld.Stop);
        Assert.Single(await world.Host.Store.VotesAsync(new(project!.Id, 1010), ServiceWorld.Stop));
    }

    [Fact]
    public async Task Questions_are_answered_to_a_signature_too()
    {
        await using var world = await StartAsync("one", "two");
        await world.PostAsync("/submitSnapshot", Signed("one", Request("X")));
        var request = Request("X");
        var body = $$"""
            {"request":{{Json(request)}},"signature":"{{Sign("one", request)}}","projectID":"P","snapshotCID":"X",
             "epoch":{"begin":1001,"end":1010} }
            """;

        Assert.Equal("ACCEPTED", ServiceWorld.StatusOf((await world.PostAsync("/checkForSnapshotConfirmation", body)).Body));
        Assert.Equal("NO_CONSENSUS", ServiceWorld.StatusOf((await world.PostAsync("/epochStatus", body)).Body));
    }

    [Fact]
    public async Task Numbers_may_come_in_quotes_and_0x_may_stand_before_the_signature()
    {
        await using var world = await StartAsync("one");
        var request = Request("X");
        var body = $$"""
            {"request":{"slotId":"7","deadline":"100000","snapshotCid":"X","epochId":"1010","projectId":"P"},
             "signature":"{{Sign("one", request)}}","header":"ignored","dataMarket":"0x00"}
            """;

        Assert.Equal("FINALIZED", ServiceWorld.StatusOf((await world.PostAsync("/submitSnapshot", body)).Body));
    }

    [Fact]
    public async Task Signed_votes_may_come_in_a_list_among_others()
    {
        await using var world = await StartAsync("one", "two");
        var answer = await world.PostAsync("/submitSnapshots",
            $"[{Signed("one", Request("X"))},{Signed("stranger", Request("X"))},{Signed("two", Request("X"))}]");

        Assert.Equal(200, answer.Status);
        Assert.Contains("\"ACCEPTED\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains("no active snapshotter has this address", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith(
            """{"status":"FINALIZED","delayedSubmission":false,"finalizedSnapshotCID":"X"}]""", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chain", 401, "signer", "you signed for another domain than PowerloomProtocolContract 0.1, chain 1, contract 0x0000")]
    [InlineData("contract", 401, "signer", "you signed for another domain")]
    [InlineData("stranger", 401, "signer", "no active snapshotter has this address")]
    [InlineData("disabled", 401, "signer", "no active snapshotter has this address")]
    [InlineData("garbage", 401, "signature", "the signature is not 130 hex digits in small letters")]
    [InlineData("changed", 401, "signer", "no active snapshotter has this address")]
    [InlineData("project", 400, "project", "projectID is not the signed projectId")]
    [InlineData("cid", 400, "cid", "snapshotCID is not the signed snapshotCid")]
    [InlineData("epoch", 400, "epoch", "the signed epochId 1010 is not the epoch's end 1020")]
    [InlineData("deadline", 400, "deadline", "the signature's deadline, block 1009, is past: block 1010 is released")]
    [InlineData("unreleased", 400, "next", "Epoch 1011-1020 is the next one and not released yet")]
    [InlineData("ancient", 400, "ancient", "Epoch 996-1005 is too old")]
    [InlineData("huge", 400, "request", "no chain has so many blocks")]
    [InlineData("long", 400, "request", "snapshotCid has 1 to 128 visible ASCII characters")]
    [InlineData("unregistered", 403, null, "is not registered for the project Q")]
    [InlineData("missing", 422, "request", "the request is none")]
    [InlineData("shape", 422, "request", "the request is none")]
    public async Task What_is_not_right_is_refused_with_its_reason(string what, int status, string? reason, string details)
    {
        await using var world = await StartAsync("one", "off");
        var request = what switch
        {
            "deadline" => Request("X") with { Deadline = 1009 },
            "unreleased" => Request("X") with { EpochId = 1020 },
            "ancient" => Request("X") with { EpochId = 1005 },
            "huge" => Request("X") with { EpochId = ulong.MaxValue },
            "long" => Request(new string('x', 129)),
            "unregistered" => Request("X") with { ProjectId = "Q" },
            _ => Request("X"),
        };
        object body = what switch
        {
            "chain" => Signed("one", request, Domain with { ChainId = 5 }),
            "contract" => Signed("one", request, Domain with { VerifyingContract = KeyOf("one").Address }),
            "stranger" => Signed("stranger", request),
            "disabled" => Signed("off", request),
            "garbage" => $$"""{"request":{{Json(request)}},"signature":"0x12"}""",
            "changed" => $$"""{"request":{{Json(request with { SnapshotCid = "Y" })}},"signature":"{{Sign("one", request)}}"}""",
            "project" => $$"""{"request":{{Json(request)}},"signature":"{{Sign("one", request)}}","projectID":"Q"}""",
            "cid" => $$"""{"request":{{Json(request)}},"signature":"{{Sign("one", request)}}","snapshotCID":"Y"}""",
            "epoch" => $$"""{"request":{{Json(request)}},"signature":"{{Sign("one", request)}}","epoch":{"begin":1011,"end":1020} }""",
            "missing" => $$"""{"signature":"{{Sign("one", request)}}"}""",
            "shape" => $$"""{"request":{"slotId":-1},"signature":"{{Sign("one", request)}}"}""",
            _ => Signed("one", request),
        };

        var (actual, answer) = await world.PostAsync("/submitSnapshot", body);
        Assert.Equal(status, actual);
        Assert.Contains(details, answer, StringComparison.Ordinal);
        Assert.True(reason is null || answer.Contains($"\"reason\":\"{reason}\"", StringComparison.Ordinal), answer);
        Assert.DoesNotContain("uuid", answer, StringComparison.Ordinal);
    }

    private static SnapshotRequest Request(string cid) => new(7, 100_000, cid, 1010, "P");

    private static EthereumKey KeyOf(string name) => EthereumKey.FromPrivateKey(Keccak256.Hash(Encoding.UTF8.GetBytes(name)));

    private static string Sign(string name, SnapshotRequest request, TypedDomain? domain = null)
    {
        using var key = KeyOf(name);
        return key.Sign(request.Digest(domain ?? Domain)).ToString()[2..];
    }

    private static string Signed(string name, SnapshotRequest request, TypedDomain? domain = null) =>
        $$"""{"request":{{Json(request)}},"signature":"{{Sign(name, request, domain)}}"}""";

    private static string Json(SnapshotRequest request) => string.Create(CultureInfo.InvariantCulture,
        $$"""
        {"slotId":{{request.SlotId}},"deadline":{{request.Deadline}},"snapshotCid":"{{request.SnapshotCid}}",
         "epochId":{{request.EpochId}},"projectId":"{{request.ProjectId}}"}
        """);

    /// <summary>Snapshotters with addresses, registered for P; "off" is disabled.</summary>
    private static async Task<ServiceWorld> StartAsync(params string[] names)
    {
        var world = await ServiceWorld.StartAsync(Unlimited);
        var registry = await ConsensusStore.OpenRegistryAsync(world.Options.Store, ServiceWorld.Stop);
        foreach (var name in names)
        {
            Assert.True(await registry.AddAsync(
                new Snapshotter(0, name)
                {
                    Address = KeyOf(name).Address.ToString().ToLowerInvariant(),
                    RateLimit = "1000/second",
                    IsActive = name != "off",
                }, ServiceWorld.Stop));
        }

        await world.RestartAsync();
        foreach (var name in names.Where(name => name != "off"))
        {
            var request = new SnapshotRequest(0, 100_000, "-", 0, "P");
            Assert.Equal((200, "null"), await world.PostAsync("/registerProjectPeer",
                $$"""{"projectID":"P","request":{{Json(request)}},"signature":"{{Sign(name, request)}}"}"""));
        }

        await world.ReleaseAsync(1010);
        return world;
    }

    private static async Task<string> RecordAsync(ServiceWorld world)
    {
        for (var i = 0; ; i++)
        {
            var (status, json) = await world.GetAsync("/verdicts/P/1010");
            if (status == 200)
            {
                return json;
            }

            Assert.True(i < 500, json);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, ServiceWorld.Stop);
        }
    }

    // Tests ask faster than anybody, and their clock stands still.
    private static ConsensusOptions Unlimited(ConsensusOptions options) =>
        options with { PublicRateLimit = "1000000/second" };
}
