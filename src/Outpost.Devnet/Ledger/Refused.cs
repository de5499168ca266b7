namespace Outpost.Devnet.Ledger;

/// <summary>Why the chain did not take something: an ABCI codespace, its code and the log text.</summary>
internal sealed record Refused(string Codespace, uint Code, string Log)
{
    public static Refused Sdk(uint code, string log) => new("sdk", code, log);

    public static Refused TxParse(string detail) => Sdk(2, $"{detail}: tx parse error");

    public static Refused Unauthorized(string detail) => Sdk(4, $"{detail}: unauthorized");

    public static Refused InsufficientFunds(string detail) => Sdk(5, $"{detail}: insufficient funds");

    public static Refused InvalidAddress(string detail) => Sdk(7, $"{detail}: invalid address");

    public static Refused InvalidRequest(string detail) => Sdk(18, $"{detail}: invalid request");

    public static Refused Emissions(uint code, string log) => new("emissions", code, log);

    /// <summary>An error without a registered code: codespace undefined, code 1 (cosmossdk.io/errors).</summary>
    public static Refused Plain(string log) => new("undefined", 1, log);

    /// <summary>The same refusal with the text of the layer above.</summary>
    public Refused Within(string prefix) => this with { Log = $"{prefix}: {Log}" };
}
