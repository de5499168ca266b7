namespace Outpost.App.Checks;

/// <summary>What can be said of the configured account without a passphrase.</summary>
/// <param name="Address">Null when it is not known; <paramref name="Problem"/> then says why and what to do.</param>
internal sealed record Account(string? Address, string? Problem);
