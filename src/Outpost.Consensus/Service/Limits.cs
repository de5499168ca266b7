namespace Outpost.Consensus.Service;

/// <summary>How much one request may hold; docs/consensus-api.md lists them.</summary>
internal static class Limits
{
    /// <summary>Ids of this kind are type, contract and namespace: about 100 characters.</summary>
    public const int ProjectIdBytes = 256;

    /// <summary>A CIDv1 in base 32 has 59 characters, and other bases and hashes twice as many at most.</summary>
    public const int CidBytes = 128;

    /// <summary>Of a body with one submission, one registration, one report.</summary>
    public const int BodyBytes = 64 * 1024;

    /// <summary>Of a body with a report, which is kept for a week.</summary>
    public const int IssueBytes = 16 * 1024;

    /// <summary>Of a body with many submissions.</summary>
    public const int BatchBytes = 1024 * 1024;

    /// <summary>Submissions in one body.</summary>
    public const int BatchItems = 2000;
}
