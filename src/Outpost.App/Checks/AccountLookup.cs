using Outpost.App.Commands;
using Outpost.App.Settings;

namespace Outpost.App.Checks;

/// <summary>What can be said of the configured account without a passphrase.</summary>
/// <param name="Address">Null when it is not known.</param>
/// <param name="IsWrong">True when the configuration itself is to blame.</param>
internal sealed record AccountLookup(string? Address, string? Problem, bool IsWrong)
{
    public static AccountLookup Find(KeySource source, CommandSurroundings surroundings)
    {
        if (source is KeySource.Stored stored)
        {
            var (address, problem) = AccountKeys.StoredAddress(stored, surroundings);
            return new AccountLookup(address, problem, IsWrong: false);
        }

        try
        {
            using var key = AccountKeys.Open(source, surroundings);
            return new AccountLookup(key.Address, null, IsWrong: false);
        }
        catch (AccountKeyException problem)
        {
            return new AccountLookup(null, problem.Message, IsWrong: true);
        }
    }
}
