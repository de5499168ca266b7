using System.Text.Encodings.Web;
using System.Text.Json;

namespace Outpost.Consensus.Contract;

/// <summary>How answers are written: without blanks, and characters as they are.</summary>
internal static class JsonForm
{
    /// <summary>Answers are JSON and never part of a page, so nothing but JSON's own characters is escaped.</summary>
    public static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static readonly JsonWriterOptions Compact = new() { Encoder = Encoder, SkipValidation = false };
}
