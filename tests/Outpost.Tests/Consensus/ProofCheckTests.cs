using System.Text;
using System.Text.Json.Nodes;
using Outpost.Consensus.Proofs;
using Outpost.Sdk.Evm;

namespace Outpost.Tests.Consensus;

public sealed class ProofCheckTests : IDisposable
{
    private readonly ProofFixture _service = new();

    public void Dispose() => _service.Dispose();

    [Fact]
    public void A_verdict_with_its_votes_and_its_place_in_the_series_is_believed()
    {
        var report = ProofCheck.Of(ProofFixture.Json(_service.Finalized()), _service.Key.Address);

        Assert.Empty(report.Problems);
        Assert.Equal("verdict", report.Kind);
        Assert.Equal(_service.Key.Address, report.Signer);
        Assert.Equal(
            [
                $"{_service.Key.Address} signed the verdict.",
                $"{ProofFixture.Project}, epoch 1001-1010: {ProofFixture.Winner} with 3 of 4 votes, 4 might vote.",
                "The 4 votes have the signed root, and cast again they come to this verdict.",
                $"{_service.Key.Address} signed the series of {ProofFixture.Project} at 9 leaves.",
                "Epoch 1001-1010 is leaf 5 of the series' 9.",
            ],
            report.Checked);
    }

    [Fact]
    public void A_round_without_a_winner_is_a_verdict_too() => Good(ProofFixture.Json(_service.Tied()));

    [Fact]
    public void Votes_with_their_voters_signatures_are_checked_too()
    {
        var report = ProofCheck.Of(ProofFixture.Json(_service.Signed()), _service.Key.Address);

        Assert.Empty(report.Problems);
        Assert.Contains(report.Checked, line => line.EndsWith(
            "; 2 of them carry their voter's own signature.", StringComparison.Ordinal));
    }

    // The service signs the record, and cannot sign for a voter.
    [Fact]
    public void A_vote_that_its_voter_did_not_sign_is_refused_though_the_service_signed_it()
    {
        var right = ProofFixture.SignedVote(1, ProofFixture.Winner);
        foreach (var wrong in new[]
        {
            right with { Signature = null },
            right with { Cid = ProofFixture.Other },
            right with { Snapshotter = ProofFixture.SignedVote(2, ProofFixture.Winner).Snapshotter },
            right with { Signature = right.Signature! with { Deadline = "2001" } },
            right with { Snapshotter = "sha256:" + right.Snapshotter },
        })
        {
            var export = _service.Export(ProofFixture.Record(1, [wrong], wrong.Cid, null, wrong.At));
            Assert.Contains("A vote does not carry the signature of the address that it names.",
                ProofCheck.Of(ProofFixture.Json(export), null).Problems);
        }
    }

    [Fact]
    public void The_votes_may_stay_away()
    {
        var report = ProofCheck.Of(ProofFixture.Json(_service.Finalized() with { Votes = null }), _service.Key.Address);

        Assert.Empty(report.Problems);
        Assert.Contains(report.Checked, line => line.StartsWith("The votes are not in the file", StringComparison.Ordinal));
    }

    [Fact]
    public void White_space_and_order_say_nothing()
    {
        var json = JsonNode.Parse(ProofFixture.Json(_service.Finalized()))!.AsObject();
        var record = json["record"]!.AsObject();
        var statement = record["statement"]!.DeepClone();
        record.Remove("statement");
        record.Add("statement", statement);

        Good(Encoding.UTF8.GetBytes(json.ToJsonString(new() { WriteIndented = true })));
    }

    [Fact]
    public void Inclusion_consistency_and_heads_are_believed_by_themselves()
    {
        _service.Append(7, 901);
        Good(ProofFixture.Json(_service.Inclusion(3)));
        Good(ProofFixture.Json(_service.Consistency(4)));
        Good(ProofFixture.Json(_service.Consistency(7)));
        Good(ProofFixture.Json(_service.Head(0)));
        Good(ProofFixture.Json(_service.Head()));
    }

    [Fact]
    public void Another_key_is_not_the_trusted_one()
    {
        var other = new EvmAddress(Keccak256.Hash("other"u8).AsSpan(12));
        var report = ProofCheck.Of(ProofFixture.Json(_service.Finalized()), other);

        Assert.Contains($"{_service.Key.Address} signed the verdict, and not {other}.", report.Problems);
    }

    // What the service signed stays as it is; what it did not sign is proven by what it did.
    [Theory]
    [InlineData("verdict")]
    [InlineData("signed")]
    [InlineData("inclusion")]
    [InlineData("consistency")]
    [InlineData("head")]
    public void Every_changed_byte_is_refused(string kind)
    {
        var json = Exported(kind);
        var tried = 0;
        for (var i = 0; i < json.Length; i++)
        {
            foreach (var other in Others(json[i]))
            {
                var copy = (byte[])json.Clone();
                copy[i] = other;
                tried++;
                Assert.False(
                    ProofCheck.Of(copy, null).IsGood,
                    $"'{(char)json[i]}' became '{(char)other}' at {i}: {Encoding.UTF8.GetString(copy)}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{tried} changed bytes of a {kind} were refused");
    }

    [Theory]
    [InlineData("verdict")]
    [InlineData("indeterminate")]
    [InlineData("signed")]
    [InlineData("inclusion")]
    [InlineData("consistency")]
    [InlineData("head")]
    public void Every_changed_member_is_refused(string kind)
    {
        var json = JsonNode.Parse(Exported(kind))!;
        var tried = 0;
        foreach (var (name, change) in Changes(json))
        {
            var copy = json.DeepClone();
            change(copy);
            tried++;
            Assert.False(
                ProofCheck.Of(Encoding.UTF8.GetBytes(copy.ToJsonString()), null).IsGood, $"{name}: {copy.ToJsonString()}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{tried} changes of a {kind} were refused");
    }

    [Fact]
    public void A_part_of_another_export_does_not_fit()
    {
        using var elsewhere = new ProofFixture();
        var (mine, other) = (_service.Finalized(), elsewhere.Tied());

        Bad(mine with { Votes = other.Votes });
        Bad(mine with { Inclusion = other.Inclusion });
        Bad(mine with { Votes = [.. mine.Votes!.Reverse()] });
        Bad(mine with { Votes = [.. mine.Votes!.SkipLast(1)] });
        Bad(mine with { Record = mine.Record with { Statement = other.Record.Statement } });
    }

    // The service's own key does not make a verdict right that its rule would not give.
    [Theory]
    [InlineData("loser", "The verdict does not follow from the counts by the rule.")]
    [InlineData("early", "come to another verdict or at another time")]
    [InlineData("eligible", "The verdict does not follow from the counts by the rule.")]
    [InlineData("twice", "A snapshotter voted twice.")]
    [InlineData("late", "outside of the time")]
    [InlineData("why", "The verdict does not follow from the counts by the rule.")]
    public void A_verdict_against_the_rule_is_refused_whoever_signed_it(string what, string problem)
    {
        var votes = new[]
        {
            ProofFixture.Vote(1, ProofFixture.Winner), ProofFixture.Vote(2, ProofFixture.Other),
            ProofFixture.Vote(3, ProofFixture.Winner),
        };
        var at = votes[^1].At;
        var said = what switch
        {
            "loser" => ProofFixture.Record(3, votes, ProofFixture.Other, null, at),
            "early" => ProofFixture.Record(3, votes, ProofFixture.Winner, null, at + 1),
            "eligible" => ProofFixture.Record(4, votes, ProofFixture.Winner, null, at),
            "twice" => ProofFixture.Record(
                3, [votes[0], votes[1], votes[2] with { Snapshotter = votes[0].Snapshotter }], ProofFixture.Winner, null, at),
            "late" => ProofFixture.Record(3, [votes[0], votes[1], votes[2] with { At = at + 1 }], ProofFixture.Winner, null, at),
            _ => ProofFixture.Record(3, votes, null, "tie", at + 57_000),
        };
        var report = ProofCheck.Of(ProofFixture.Json(_service.Export(said)), _service.Key.Address);

        Assert.Contains(report.Problems, line => line.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"record":null,"votes":null,"inclusion":null}""")]
    [InlineData("""{"record":{"statement":null,"signer":"","signature":""},"votes":null,"inclusion":null}""")]
    [InlineData("""{"leaf":1}""")]
    public void What_is_no_proof_is_said_to_be_none(string text)
    {
        var report = ProofCheck.Of(Encoding.UTF8.GetBytes(text), null);

        Assert.False(report.IsGood);
        Assert.Null(report.Signer);
    }

    [Fact]
    public void Noise_is_refused_and_never_throws()
    {
        var random = new Random(17);
        string[] kinds = ["verdict", "inclusion", "consistency"];
        var exports = kinds.Select(Exported).ToArray();
        for (var i = 0; i < 3_000; i++)
        {
            var copy = (byte[])exports[i % exports.Length].Clone();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                copy[random.Next(copy.Length)] = (byte)"0123456789abcdef\"{}[],:-.enul"[random.Next(29)];
            }

            var cut = copy.AsMemory(0, random.Next(4) == 0 ? random.Next(copy.Length) : copy.Length);
            Assert.True(cut.Span.SequenceEqual(exports[i % exports.Length]) || !ProofCheck.Of(cut, null).IsGood);
        }
    }

    private static IEnumerable<byte> Others(byte value) => new[]
    {
        (byte)(value ^ 1), (byte)(value == '0' ? ' ' : '0'),
    }.Distinct().Where(other => other != value);

    /// <summary>For each member and each item: another value, none, null, gone, and one more.</summary>
    private static IEnumerable<(string Name, Action<JsonNode> Change)> Changes(JsonNode root)
    {
        var paths = new List<string[]>();
        Walk(root, []);
        return paths.SelectMany(path => new (string, Action<JsonNode>)[]
        {
            ($"{string.Join('.', path)} changed", copy => Replace(copy, path, Changed)),
            ($"{string.Join('.', path)} emptied", copy => Replace(copy, path, _ => "")),
            ($"{string.Join('.', path)} gone", copy => Remove(copy, path)),
            ($"{string.Join('.', path)} null", copy => Replace(copy, path, node => node is null ? "tie" : IsOptional(path) ? 1 : null)),
            ($"{string.Join('.', path)} doubled", copy => Double(copy, path)),
        });

        void Walk(JsonNode? node, string[] path)
        {
            if (path.Length > 0)
            {
                paths.Add(path);
            }

            switch (node)
            {
                case JsonObject members:
                    members.ToList().ForEach(member => Walk(member.Value, [.. path, member.Key]));
                    break;
                case JsonArray items:
                    items.Select((item, index) => (item, index)).ToList()
                        .ForEach(pair => Walk(pair.item, [.. path, $"{pair.index}"]));
                    break;
            }
        }
    }

    // An export may say less: no votes, no place in the series.
    private static bool IsOptional(string[] path) => path is ["votes"] or ["inclusion"];

    private static JsonNode? Changed(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<long>(out var number) => number + 1,
        JsonValue value when value.TryGetValue<string>(out var text) => text.Length == 0 ? "x" : text[..^1] + (text[^1] == '0' ? '1' : '0'),
        null => "noVotes",
        _ => "another kind",
    };

    private static JsonNode Parent(JsonNode root, string[] path) => path[..^1].Aggregate(root, (node, name) =>
        node is JsonArray items ? items[int.Parse(name, null)]! : node[name]!);

    private static void Replace(JsonNode root, string[] path, Func<JsonNode?, JsonNode?> by)
    {
        switch (Parent(root, path))
        {
            case JsonArray items:
                var index = int.Parse(path[^1], null);
                items[index] = by(items[index]?.DeepClone());
                break;
            case var members:
                members[path[^1]] = by(members[path[^1]]?.DeepClone());
                break;
        }
    }

    private static void Remove(JsonNode root, string[] path)
    {
        switch (Parent(root, path))
        {
            case JsonArray items:
                items.RemoveAt(int.Parse(path[^1], null));
                break;
            case var members:
                members.AsObject().Remove(path[^1]);
                break;
        }
    }

    private static void Double(JsonNode root, string[] path)
    {
        switch (Parent(root, path))
        {
            case JsonArray items:
                items.Add(items[int.Parse(path[^1], null)]?.DeepClone());
                break;
            case var members:
                members[path[^1] + "2"] = members[path[^1]]?.DeepClone();
                break;
        }
    }

    private byte[] Exported(string kind)
    {
        _service.Append(2, 801);
        return kind switch
        {
            "verdict" => ProofFixture.Json(_service.Finalized()),
            "indeterminate" => ProofFixture.Json(_service.Tied()),
            "signed" => ProofFixture.Json(_service.Signed()),
            "inclusion" => ProofFixture.Json(_service.Export(
                ProofFixture.Record(1, [ProofFixture.Vote(1, ProofFixture.Winner)], ProofFixture.Winner, null, 1)).Inclusion),
            "consistency" => Consistency(),
            _ => ProofFixture.Json(_service.Head()),
        };

        byte[] Consistency()
        {
            _service.Append(6, 901);
            return ProofFixture.Json(_service.Consistency(5));
        }
    }

    private void Good(byte[] json)
    {
        Assert.Empty(ProofCheck.Of(json, _service.Key.Address).Problems);
        Assert.Empty(ProofCheck.Of(json, null).Problems);
    }

    private static void Bad(VerdictExport export) => Assert.False(ProofCheck.Of(ProofFixture.Json(export), null).IsGood);
}
