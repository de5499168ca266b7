using System.Text.Json;

namespace Outpost.Consensus.Contract;

/// <summary>A text of a request, as UTF-8.</summary>
internal readonly ref struct FieldText
{
    private FieldText(FieldState state, ReadOnlySpan<byte> utf8)
    {
        State = state;
        Utf8 = utf8;
    }

    public FieldState State { get; }

    public ReadOnlySpan<byte> Utf8 { get; }

    /// <summary>True when it can be a name: some bytes, none of them a control character.</summary>
    public bool IsName(int maxBytes) =>
        Utf8.Length > 0 && Utf8.Length <= maxBytes && !Utf8.ContainsAnyInRange((byte)0, (byte)0x1f)
        && !Utf8.Contains((byte)0x7f);

    /// <summary>True when all of it are visible ASCII characters, as in every form of a CID.</summary>
    public bool IsVisible(int maxBytes) =>
        Utf8.Length > 0 && Utf8.Length <= maxBytes && !Utf8.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e);

    public override string ToString() => System.Text.Encoding.UTF8.GetString(Utf8);

    /// <summary>The value at the reader's place, which has to be a text; anything else is skipped.</summary>
    public static FieldText Read(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            var state = reader.TokenType == JsonTokenType.Null ? FieldState.Null : FieldState.Wrong;
            reader.Skip();
            return new FieldText(state, default);
        }

        // The token begins with its quote; the span of the reader itself must not outlive it.
        var plain = json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        if (!JsonText.IsWhole(plain))
        {
            return new FieldText(FieldState.Wrong, default);
        }

        if (!reader.ValueIsEscaped)
        {
            return new FieldText(FieldState.Given, plain);
        }

        var text = new byte[plain.Length];
        return new FieldText(FieldState.Given, text.AsSpan(0, reader.CopyString(text)));
    }
}
