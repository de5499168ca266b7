using System.Diagnostics;
using Outpost.App.Checks;
using Outpost.App.Settings;
using Outpost.Chains.Keys;

namespace Outpost.App.Commands;

/// <summary>A key that cannot be had; the message says why and what to do, and holds no secret.</summary>
internal sealed class AccountKeyException(string message) : Exception(message);

/// <summary>Opens the key that a configuration names.</summary>
internal static class AccountKeys
{
    /// <summary>The key; throws <see cref="AccountKeyException"/>.</summary>
    public static AccountKey Open(KeySource source, CommandSurroundings surroundings)
    {
        try
        {
            switch (source)
            {
                case KeySource.MnemonicText text:
                    return AccountKey.FromMnemonic(Mnemonic.Parse(text.Mnemonic.RevealForUse()));
                case KeySource.MnemonicFile file:
                    return AccountKey.FromMnemonic(
                        Mnemonic.Parse(SmallFile.Read(file.Path, "the mnemonic", surroundings)));
                case KeySource.Stored stored:
                    var store = KeysFolder.Open(null, surroundings);
                    if (!store.Contains(stored.Name))
                    {
                        throw new AccountKeyException(Missing(stored.Name, surroundings));
                    }

                    return store.Open(
                        stored.Name, Passphrases.ToOpen(stored.Name, stored.PassphraseFile, surroundings));
                default:
                    throw new UnreachableException();
            }
        }
        catch (Exception problem) when (problem is MnemonicException or KeyStoreException or KeysInputException)
        {
            throw new AccountKeyException(problem.Message);
        }
    }

    /// <summary>What is known of the account without asking for a passphrase; throws as <see cref="Open"/> does.</summary>
    public static Account Look(KeySource source, CommandSurroundings surroundings)
    {
        if (source is not KeySource.Stored stored)
        {
            using var key = Open(source, surroundings);
            return new Account(key.Address, null);
        }

        try
        {
            var store = KeysFolder.Open(null, surroundings);
            return store.Contains(stored.Name)
                ? new Account(store.Find(stored.Name).Address, null)
                : new Account(null, Missing(stored.Name, surroundings));
        }
        catch (Exception problem) when (problem is KeyStoreException or KeysInputException)
        {
            return new Account(null, problem.Message);
        }
    }

    private static string Missing(string name, CommandSurroundings surroundings) =>
        $"{KeysFolder.PathOf(null, surroundings)} holds no key \"{name}\"; run 'outpost keys new {name}', or "
        + $"'outpost keys import {name}' for a key that you have";
}
