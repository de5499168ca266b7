using Google.Protobuf;
using Outpost.Chains.Wire.Emissions.V9;
using Outpost.Devnet.Ledger;
using Outpost.Devnet.Wire;

namespace Outpost.Devnet.Allora;

/// <summary>
/// What a reputer's bundle must be, whatever the state (x/emissions/types/validations.go), in the chain's order.
/// </summary>
internal static class ReputerRules
{
    /// <param name="canonical">The bundle as the chain re-encodes it, over which the signature must stand.</param>
    public static Refused? Check(InputReputerValueBundle? signed, out InputValueBundle canonical)
    {
        canonical = new();
        if (signed?.ValueBundle is not { } bundle)
        {
            return Refused.InvalidRequest("reputer value bundle cannot be nil");
        }

        if (!Secp256k1.TryReadHex(signed.Pubkey, out var key))
        {
            return Refused.InvalidRequest($"pubkey is not the hex text of a compressed secp256k1 key: {signed.Pubkey}");
        }

        if (!string.Equals(bundle.Reputer, Address.OfPublicKey(key), StringComparison.Ordinal))
        {
            return Refused.Unauthorized("reputer address does not match the public key");
        }

        canonical = LossForm.Canonical(bundle);
        return Missing(bundle) is { } missing ? Refused.InvalidRequest(missing)
            : BadAddress(bundle) is { } problem ? Refused.InvalidAddress(problem)
            : Secp256k1.Verify(key, canonical.ToByteArray(), signed.Signature.Span) ? null
            : Refused.InvalidRequest("signature verification failed");
    }

    private static string? Missing(InputValueBundle bundle)
    {
        (bool IsMissing, string Text)[] rules =
        [
            (bundle.TopicId == 0, "value bundle topic id cannot be zero"),
            (bundle.ReputerRequestNonce is null, "reputer request nonce cannot be nil"),
            (bundle.ReputerRequestNonce?.ReputerNonce is null, "reputer nonce cannot be nil"),
            (bundle.ReputerRequestNonce?.ReputerNonce?.BlockHeight is null or <= 0, "reputer nonce must be positive"),
            (bundle.InfererValues.Count == 0, "inferer values cannot be empty"),
            (bundle.OneOutInfererForecasterValues.Any(of => of.OneOutInfererValues.Count == 0),
                "one out inferer values of a forecaster cannot be nil"),
        ];
        return Array.Find(rules, rule => rule.IsMissing).Text;
    }

    private static string? BadAddress(InputValueBundle bundle) =>
        LossForm.WorkersOf(bundle)
            .Concat(bundle.OneOutInfererForecasterValues.Select(of => of.Forecaster))
            .Select(worker => Address.Problem(worker) is { } problem ? $"invalid worker address ({problem})" : null)
            .FirstOrDefault(problem => problem is not null);
}
