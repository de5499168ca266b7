using System.Globalization;
using System.Numerics;
using Outpost.Chains;
using Outpost.Chains.Allora;
using Outpost.Chains.Cosmos;
using Outpost.Node;

namespace Outpost.App.Checks;

/// <summary>Asks the chain about the account and the topics.</summary>
internal sealed class ChainProbe(CosmosClient cosmos, Account account, LaneOptions lane)
{
    private readonly AlloraClient _allora = new(cosmos);
    private bool _isConnected;

    public async Task<Finding> AccountAsync(CancellationToken cancellationToken)
    {
        if (account.Address is not { } address)
        {
            return new Finding(Grade.Fail, "account", account.Problem ?? "its address is not known", null);
        }

        await ConnectAsync(cancellationToken);
        var balance = await cosmos.BalanceAsync(address, cancellationToken);
        var subject = $"account {address}";
        var text = $"holds {balance.ToString("N0", CultureInfo.InvariantCulture)} uallo";
        var fee = await _allora.RegistrationFeeAsync(cancellationToken);
        return balance > fee || lane.FeeGranter is not null
            ? new Finding(Grade.Ok, subject, text)
            : new Finding(balance == BigInteger.Zero ? Grade.Fail : Grade.Warn, subject, text,
                $"send uallo to it: registering in a topic costs {fee}, and each answer a transaction fee");
    }

    public async Task<Finding> TopicAsync(TopicId id, CancellationToken cancellationToken)
    {
        var subject = $"topic {id}";
        await ConnectAsync(cancellationToken);
        if (await _allora.TopicAsync(id, cancellationToken) is not { } topic)
        {
            return new Finding(Grade.Fail, subject, $"does not exist on {cosmos.ChainId}",
                "correct the topic's number, or the chain");
        }

        var text = $"{topic.Metadata}, opens every {topic.EpochLengthBlocks} blocks for {topic.WorkerWindowBlocks}";
        if (topic.IsMulti)
        {
            return new Finding(Grade.Fail, subject, $"{text}; it wants labeled values",
                "take it out: labeled inferences are not served yet");
        }

        if (account.Address is not { } address)
        {
            return new Finding(Grade.Warn, subject, $"{text}; registration unknown without an account");
        }

        var window = await _allora.WorkerWindowAsync(id, address, cancellationToken);
        text += Opening(window, (await cosmos.HeadAsync(cancellationToken)).Height);
        if (!window.IsTopicActive)
        {
            return new Finding(Grade.Warn, subject, $"{text}; it is not active",
                "nothing to do: the node waits until it is (a topic is active while it is funded)");
        }

        if (!window.IsWhitelisted)
        {
            return new Finding(Grade.Fail, subject, $"{text}; the account may not submit",
                $"ask the topic's creator to whitelist {address}");
        }

        return window.IsRegistered
            ? new Finding(Grade.Ok, subject, $"{text}; registered")
            : new Finding(Grade.Ok, subject, $"{text}; not registered yet, 'outpost run' does that");
    }

    private static string Opening(WorkerWindow window, Height head)
    {
        if (window.IsOpen)
        {
            return $"; open until block {window.ClosesAt}";
        }

        return window.NextOpensAt > head ? $"; opens next in {window.NextOpensAt - head} blocks" : "";
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (!_isConnected)
        {
            await cosmos.ConnectAsync(cancellationToken);
            _isConnected = true;
        }
    }
}
