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
    private readonly Dictionary<TopicId, Topic> _topics = [];
    private bool _isConnected;
    private BigInteger? _balanceUallo;
    private BigInteger _needUallo;

    public async Task<Finding> AccountAsync(CancellationToken cancellationToken)
    {
        if (account.Address is not { } address)
        {
            return new Finding(Grade.Fail, "account", account.Problem ?? "its address is not known", null);
        }

        await ConnectAsync(cancellationToken);
        var balance = await cosmos.BalanceAsync(address, cancellationToken);
        _balanceUallo = balance;
        var subject = $"account {address}";
        var text = $"holds {Grouped(balance)} uallo";
        var fee = await _allora.RegistrationFeeAsync(cancellationToken);
        return balance > fee || lane.FeeGranter is not null
            ? new Finding(Grade.Ok, subject, text)
            : new Finding(balance == BigInteger.Zero ? Grade.Fail : Grade.Warn, subject, text,
                $"send uallo to it: registering in a topic costs {fee}, and each answer a transaction fee");
    }

    /// <summary>What the chain told of the topics that were asked about.</summary>
    public IReadOnlyDictionary<TopicId, Topic> Topics => _topics;

    /// <summary>The topic itself, and a worker's part in it.</summary>
    public async Task<Finding> TopicAsync(TopicOptions options, CancellationToken cancellationToken)
    {
        var (id, subject) = (options.Topic, $"topic {options.Topic}");
        await ConnectAsync(cancellationToken);
        if (await _allora.TopicAsync(id, cancellationToken) is not { } topic)
        {
            return new Finding(Grade.Fail, subject, $"does not exist on {cosmos.ChainId}",
                "correct the topic's number, or the chain");
        }

        _topics[id] = topic;
        var text = $"{topic.Metadata}, opens every {topic.EpochLengthBlocks} blocks for {topic.WorkerWindowBlocks}"
            + (topic.Labels is not { } labels ? ""
                : labels.Allowed.Count == 0 ? "; it wants labeled values, with any labels"
                : $"; it wants labeled values: {string.Join(", ", labels.Allowed)}");
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

        if ((options.Inference ?? options.Forecast) is null)
        {
            return new Finding(Grade.Ok, subject, text);
        }

        if (!window.IsWhitelisted)
        {
            return new Finding(Grade.Fail, subject, $"{text}; the account may not submit",
                $"ask the topic's creator to whitelist {address}");
        }

        if (window.IsRegistered)
        {
            return new Finding(Grade.Ok, subject, $"{text}; registered");
        }

        _needUallo += await _allora.RegistrationFeeAsync(cancellationToken);
        return new Finding(Grade.Ok, subject, $"{text}; not registered yet, 'outpost run' does that");
    }

    /// <summary>A reputer's part in a topic.</summary>
    public async Task<Finding> ReputerAsync(TopicOptions options, CancellationToken cancellationToken)
    {
        var (finding, need) = await new ReputerProbe(_allora, account).RunAsync(options, cancellationToken);
        _needUallo += need;
        return finding;
    }

    /// <summary>Null when the account holds what the topics asked about need before their first duties.</summary>
    public Finding? Need() => _balanceUallo is { } balance && balance < _needUallo
        ? new Finding(Grade.Fail, $"account {account.Address}",
            $"registrations and stake cost {Grouped(_needUallo)} uallo, and it holds {Grouped(balance)}",
            $"send {Grouped(_needUallo - balance)} uallo to it, and some for fees")
        : null;

    private static string Opening(WorkerWindow window, Height head)
    {
        if (window.IsOpen)
        {
            return $"; open until block {window.ClosesAt}";
        }

        return window.NextOpensAt > head ? $"; opens next in {window.NextOpensAt - head} blocks" : "";
    }

    private static string Grouped(BigInteger number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (!_isConnected)
        {
            await cosmos.ConnectAsync(cancellationToken);
            _isConnected = true;
        }
    }
}
