namespace Outpost.Consensus.Contract;

/// <summary>What was found of a field.</summary>
internal enum FieldState
{
    Missing,

    /// <summary>JSON's null.</summary>
    Null,

    /// <summary>Of another kind than is asked for.</summary>
    Wrong,

    Given,
}
