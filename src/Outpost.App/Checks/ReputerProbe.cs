using System.Globalization;
using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Node;

namespace Outpost.App.Checks;

/// <summary>Asks the chain about an account's place among a topic's reputers: whitelist, registration, stake.</summary>
internal sealed class ReputerProbe(AlloraClient allora, Account account)
{
    /// <summary>The finding, and what 'outpost run' would pay before the first duty, in uallo.</summary>
    public async Task<(Finding Finding, BigInteger NeedUallo)> RunAsync(
        TopicOptions options, CancellationToken cancellationToken)
    {
        var subject = $"reputer of topic {options.Topic}";
        var reputers = allora.Reputers;
        var least = BigInteger.Max(options.MinStakeUallo ?? 0, await reputers.MinimumStakeAsync(cancellationToken));
        if (account.Address is not { } address)
        {
            return (new Finding(Grade.Warn, subject,
                $"needs a stake of {Grouped(least)} uallo; what it has is unknown without an account"), 0);
        }

        if (!await reputers.MaySubmitAsync(options.Topic, address, cancellationToken))
        {
            return (new Finding(Grade.Fail, subject, "the account may not submit losses",
                $"ask the topic's creator to whitelist {address}"), 0);
        }

        var stake = await reputers.StakeAsync(options.Topic, address, cancellationToken);
        var missing = BigInteger.Max(least - stake, 0);
        if (!missing.IsZero && options.MinStakeUallo is { IsZero: true })
        {
            return (new Finding(Grade.Fail, subject,
                $"stake {Grouped(stake)} of {Grouped(least)} uallo, and none is added: its losses would be refused",
                $"stake {Grouped(missing)} uallo by hand, or set reputer.minStakeUallo above 0"), 0);
        }

        var isRegistered = await reputers.IsRegisteredAsync(options.Topic, address, cancellationToken);
        var need = missing + (isRegistered ? 0 : await allora.RegistrationFeeAsync(cancellationToken));
        return (new Finding(Grade.Ok, subject,
            $"stake {Grouped(stake)} of {Grouped(least)} uallo"
            + (missing.IsZero ? "" : $", 'outpost run' adds {Grouped(missing)}")
            + (isRegistered ? "; registered" : "; not registered yet, 'outpost run' does that")), need);
    }

    private static string Grouped(BigInteger number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
