using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Outpost.Chains.Keys;

namespace Outpost.App.Commands;

/// <summary>Prints keys for a person, or as one line of JSON for a script.</summary>
internal sealed class KeysReport(CommandSurroundings surroundings, bool asJson)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="headline">What happened, as a sentence.</param>
    /// <param name="mnemonic">Only when the owner asked for it.</param>
    public void One(string headline, StoredKey key, Secret? mnemonic)
    {
        if (mnemonic is not null)
        {
            surroundings.Error.WriteLine(
                "WARNING: whoever has these words has the account. Write them on paper, in no file and on no photo.");
        }

        if (asJson)
        {
            Print(new KeyLine(key.Name, key.Address, key.PublicKey, key.Path, mnemonic?.RevealForUse(), null));
            return;
        }

        var output = surroundings.Out;
        output.WriteLine(headline);
        output.WriteLine($"  address     {key.Address}");
        output.WriteLine($"  public key  {key.PublicKey}");
        output.WriteLine($"  file        {key.Path}");
        if (mnemonic is not null)
        {
            output.WriteLine($"  mnemonic    {mnemonic.RevealForUse()}");
        }
    }

    /// <summary>A line for a person only; a script gets nothing.</summary>
    public void Hint(string text)
    {
        if (!asJson)
        {
            surroundings.Out.WriteLine(text);
        }
    }

    public void Many(IReadOnlyList<KeyListing> listings)
    {
        if (asJson)
        {
            Print(listings.Select(listing => new KeyLine(
                listing.Name, listing.Key?.Address, listing.Key?.PublicKey, listing.Key?.Path, null, listing.Problem)));
            return;
        }

        var width = Math.Max("NAME".Length, listings.Max(listing => listing.Name.Length));
        surroundings.Out.WriteLine($"{"NAME".PadRight(width)}  ADDRESS");
        foreach (var listing in listings)
        {
            var shown = listing.Key?.Address ?? $"({listing.Problem})";
            surroundings.Out.WriteLine($"{listing.Name.PadRight(width)}  {shown}");
        }
    }

    private void Print<T>(T value) => surroundings.Out.WriteLine(JsonSerializer.Serialize(value, Json));

    private sealed record KeyLine(
        string Name, string? Address, string? PublicKey, string? File, string? Mnemonic, string? Problem);
}
