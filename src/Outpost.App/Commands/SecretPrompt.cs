using System.Text;
using Outpost.Chains.Keys;

namespace Outpost.App.Commands;

/// <summary>Asks a person at a terminal for a secret without showing it.</summary>
internal static class SecretPrompt
{
    /// <summary>The longest secret: 24 words of a mnemonic fit many times.</summary>
    private const int MaxCharacters = 1024;

    /// <summary>Null when there is no terminal, or the person gave up with Escape.</summary>
    public static Secret? Ask(string question)
    {
        if (Console.IsInputRedirected)
        {
            return null;
        }

        // The first look at the keyboard turns the echo off; what is typed right behind the question must not show.
        _ = Console.KeyAvailable;
        Console.Error.Write(question);
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Error.WriteLine();
                    return new Secret(typed.ToString());
                case ConsoleKey.Escape:
                    Console.Error.WriteLine();
                    return null;
                case ConsoleKey.Backspace when typed.Length > 0:
                    typed.Length--;
                    break;
                default:
                    if (!char.IsControl(key.KeyChar) && typed.Length < MaxCharacters)
                    {
                        typed.Append(key.KeyChar);
                    }

                    break;
            }
        }
    }
}
