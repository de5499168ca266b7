using Outpost.Chains.Keys;

namespace Outpost.App.Commands;

/// <summary>
/// Where this user's keys are: the folder "keys" of OUTPOST_HOME, which is ~/.outpost unless it is set.
/// </summary>
internal static class KeysFolder
{
    /// <param name="home">What stands for OUTPOST_HOME this time; null: the environment says.</param>
    public static KeyStore Open(string? home, CommandSurroundings surroundings) => new(PathOf(home, surroundings));

    public static string PathOf(string? home, CommandSurroundings surroundings)
    {
        var chosen = home ?? NotEmpty(surroundings.Environment("OUTPOST_HOME"));
        if (chosen is null)
        {
            var user = NotEmpty(surroundings.Environment("HOME"))
                ?? throw new KeysInputException("Neither OUTPOST_HOME nor HOME is set: say where keys are with --dir.");
            chosen = Path.Combine(user, ".outpost");
        }

        return Path.GetFullPath(Path.Combine(surroundings.WorkingDirectory, chosen, "keys"));
    }

    private static string? NotEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
