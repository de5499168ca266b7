using System.Buffers.Text;
using System.Text.Json;

namespace Outpost.Consensus.Contract;

/// <summary>An epoch of a request.</summary>
internal readonly record struct EpochField(FieldState State, BlockField Begin, BlockField End)
{
    /// <summary>True when both of its blocks are there.</summary>
    public bool IsGiven => Begin.State == FieldState.Given && End.State == FieldState.Given;

    public Epochs.Epoch Value => new(Begin.Height, End.Height);

    /// <summary>The value at the reader's place, which has to be an object; anything else is skipped.</summary>
    public static EpochField Read(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var state = reader.TokenType == JsonTokenType.Null ? FieldState.Null : FieldState.Wrong;
            reader.Skip();
            return new EpochField(state, default, default);
        }

        BlockField begin = default, end = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isBegin = JsonText.IsName(ref reader, "begin"u8);
            var isEnd = JsonText.IsName(ref reader, "end"u8);
            reader.Read();
            if (isBegin)
            {
                begin = BlockField.Read(ref reader);
            }
            else if (isEnd)
            {
                end = BlockField.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return new EpochField(FieldState.Given, begin, end);
    }
}

/// <summary>A block height of a request.</summary>
internal readonly record struct BlockField(FieldState State, long Height)
{
    /// <summary>A whole number, also one in quotes, as the reference takes it.</summary>
    public static BlockField Read(scoped ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var height)
                    ? new BlockField(FieldState.Given, height)
                    : new BlockField(FieldState.Wrong, 0);
            case JsonTokenType.String when !reader.ValueIsEscaped
                && Utf8Parser.TryParse(reader.ValueSpan, out long quoted, out var used)
                && used == reader.ValueSpan.Length:
                return new BlockField(FieldState.Given, quoted);
            case JsonTokenType.Null:
                return new BlockField(FieldState.Null, 0);
            default:
                reader.Skip();
                return new BlockField(FieldState.Wrong, 0);
        }
    }
}
