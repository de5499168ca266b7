using System.Text.Json;
using Outpost.Chains.Wire;
using Outpost.Consensus.Series;
using Outpost.Sdk.Evm;

namespace Outpost.Consensus.Proofs;

/// <summary>
/// Checks a file that a consensus service exported, with nothing but the file and the address that is trusted: no
/// network, no store. One check for one file.
/// </summary>
public sealed class ProofCheck
{
    /// <summary>Bytes of a file that are read: the votes of some 80,000 snapshotters.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly JsonSerializerOptions Strictly = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        MaxDepth = 16,
    };

    private readonly EvmAddress? _key;
    private readonly List<string> _checked = [];
    private readonly List<string> _problems = [];
    private EvmAddress? _signer;

    private ProofCheck(EvmAddress? key) => _key = key;

    /// <summary>Checks all that a file says.</summary>
    /// <param name="key">The address of the service's key, from where it is trusted; null when nobody knows it.</param>
    public static ProofReport Of(ReadOnlyMemory<byte> json, EvmAddress? key)
    {
        var check = new ProofCheck(key);
        string? kind = null;
        try
        {
            kind = KindOf(json);
            check.Check(kind, json.Span);
        }
        catch (JsonException problem)
        {
            check._problems.Add($"The file is no proof of a consensus service: {problem.Message}");
        }

        return new ProofReport(kind, check._signer, check._checked, check._problems);
    }

    private static string? KindOf(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        bool Has(string name) => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out _);
        return Has("record") ? "verdict"
            : Has("leaf") ? "inclusion"
            : Has("earlier") ? "consistency"
            : Has("statement") ? "head"
            : null;
    }

    private static T Read<T>(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<T>(json, Strictly) ?? throw new JsonException("it holds null");

    private void Check(string? kind, ReadOnlySpan<byte> json)
    {
        switch (kind)
        {
            case "verdict":
                Verdict(Read<VerdictExport>(json));
                break;
            case "inclusion":
                Inclusion(Read<InclusionProof>(json));
                break;
            case "consistency":
                Consistency(Read<ConsistencyProof>(json));
                break;
            case "head":
                Head(Read<SignedStatement<SeriesHead>>(json));
                break;
            default:
                _problems.Add("The file holds no verdict, no inclusion, no consistency and no head.");
                break;
        }
    }

    private void Verdict(VerdictExport export)
    {
        var record = export.Record.Statement;
        RequireNoHoles(record.Counts);
        RequireNoHoles(export.Votes ?? []);
        Type(record.Type, VerdictRecord.CurrentType);
        Signature(export.Record, "the verdict");
        var before = _problems.Count;
        _problems.AddRange(RuleCheck.OfCounts(record));
        if (_problems.Count == before)
        {
            _checked.Add($"{record.Project}, epoch {record.Epoch.Begin}-{record.Epoch.End}: {Outcome(record)}");
            Votes(record, export.Votes);
        }

        if (export.Inclusion is { } inclusion)
        {
            Inclusion(inclusion);
            var said = new SeriesLeaf(
                SeriesLeaf.CurrentType, record.Project, record.Epoch, record.Cid, record.Why);
            Require(inclusion.Leaf == said, null, "The leaf in the series tells of another verdict.");
        }
    }

    private void Votes(VerdictRecord record, IReadOnlyList<CountedVote>? votes)
    {
        if (votes is null)
        {
            _checked.Add($"The votes are not in the file; their root is {record.VotesRoot}.");
            return;
        }

        var before = _problems.Count;
        _problems.AddRange(RuleCheck.OfVotes(record, votes));
        if (_problems.Count == before)
        {
            var own = votes.Count(vote => vote.Signature is not null);
            _checked.Add($"The {votes.Count} votes have the signed root, and cast again they come to this verdict"
                + (own > 0 ? $"; {own} of them carry their voter's own signature." : "."));
        }
    }

    private void Inclusion(InclusionProof proof)
    {
        var head = proof.Head.Statement;
        Head(proof.Head);
        Type(proof.Leaf.Type, SeriesLeaf.CurrentType);
        Require(proof.Leaf.Project == head.Project, null, "The leaf and the head are of two projects.");
        var leaf = MerkleHash.OfLeaf(CanonicalJson.OfValue(proof.Leaf));
        var root = MerkleProof.RootOf(leaf, proof.Index, head.Size, Hashes(proof.Path));
        Require(
            root is not null && Convert.ToHexStringLower(root) == head.Root,
            $"Epoch {proof.Leaf.Epoch.Begin}-{proof.Leaf.Epoch.End} is leaf {proof.Index} of the series' {head.Size}.",
            "The path does not lead from the leaf to the head's root.");
    }

    private void Consistency(ConsistencyProof proof)
    {
        Head(proof.Earlier);
        Head(proof.Later);
        var (earlier, later) = (proof.Earlier.Statement, proof.Later.Statement);
        Require(earlier.Project == later.Project, null, "The two heads are of two projects.");
        Require(proof.Earlier.Signer == proof.Later.Signer, null, "The two heads have two signers.");
        Require(
            Hashes([earlier.Root, later.Root]) is [var from, var to]
            && MerkleProof.IsConsistent(earlier.Size, from, later.Size, to, Hashes(proof.Path)),
            $"The series of {later.Size} leaves begins with the {earlier.Size} of the earlier head, unchanged.",
            "The path does not show that the later series begins with the earlier one.");
    }

    private void Head(SignedStatement<SeriesHead> head)
    {
        Type(head.Statement.Type, SeriesHead.CurrentType);
        Require(head.Statement.Size >= 0, null, "The head has fewer leaves than none.");
        var leaves = head.Statement.Size == 1 ? "leaf" : "leaves";
        Signature(head, $"the series of {head.Statement.Project} at {head.Statement.Size} {leaves}");
    }

    private void Signature<T>(SignedStatement<T> signed, string what)
        where T : class
    {
        if (SignedStatement.Problem(signed) is { } problem)
        {
            _problems.Add(problem);
            return;
        }

        var signer = EvmAddress.Parse(signed.Signer);
        _signer ??= signer;
        Require(
            (_key ?? _signer) == signer,
            $"{signer} signed {what}.",
            _key is null ? "The parts of the file have two signers." : $"{signer} signed {what}, and not {_key}.");
    }

    private void Type(string type, string expected) =>
        Require(type == expected, null, $"A part of the file is a \"{type}\" where a \"{expected}\" belongs.");

    private void Require(bool holds, string? sentence, string problem)
    {
        if (!holds)
        {
            _problems.Add(problem);
        }
        else if (sentence is not null)
        {
            _checked.Add(sentence);
        }
    }

    // The reader of JSON refuses null where a member may not be null, but not in a list.
    private static void RequireNoHoles<T>(IEnumerable<T> list)
    {
        if (list.Any(item => item is null))
        {
            throw new JsonException("a list holds null");
        }
    }

    private static string Outcome(VerdictRecord record) => record.Cid is null
        ? $"indeterminate ({record.Why}), {record.Counted} of {record.Eligible} voted."
        : $"{record.Cid} with {record.Counts[0].Votes} of {record.Counted} votes, {record.Eligible} might vote.";

    // Hashes have one text as well: what has another becomes one that no path can hold.
    private static List<byte[]> Hashes(IEnumerable<string> path) =>
        [.. path.Select(text => text is { Length: 2 * MerkleHash.Size } && text.All(char.IsAsciiHexDigitLower)
            ? Convert.FromHexString(text)
            : [])];
}
