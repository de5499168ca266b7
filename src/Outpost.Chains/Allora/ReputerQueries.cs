using System.Numerics;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Wire.Emissions.Query;

namespace Outpost.Chains.Allora;

/// <summary>The queries that a reputer needs: its place in a topic, its stake, and the nonces that wait.</summary>
public sealed class ReputerQueries
{
    private readonly AlloraClient _allora;
    private readonly CosmosClient _cosmos;

    // The version that was found to lack the query of open windows (v0.15 brought it); racing finds are the same.
    private volatile object? _withoutOpenWindows;

    internal ReputerQueries(AlloraClient allora, CosmosClient cosmos) => (_allora, _cosmos) = (allora, cosmos);

    public async Task<bool> IsRegisteredAsync(TopicId topic, string address, CancellationToken cancellationToken)
    {
        var request = new IsReputerRegisteredInTopicIdRequest { TopicId = topic.Value, Address = address };
        return (await _allora.AskAsync("IsReputerRegisteredInTopicId", request,
            IsReputerRegisteredInTopicIdResponse.Parser, cancellationToken)).IsRegistered;
    }

    /// <summary>By the topic's whitelist or the global one, or because there is none.</summary>
    public async Task<bool> MaySubmitAsync(TopicId topic, string address, CancellationToken cancellationToken)
    {
        var request = new CanSubmitReputerPayloadRequest { TopicId = topic.Value, Address = address };
        return (await _allora.AskAsync("CanSubmitReputerPayload", request,
            CanSubmitReputerPayloadResponse.Parser, cancellationToken)).CanSubmitReputerPayload;
    }

    /// <summary>Whether the topic has a whitelist of reputers.</summary>
    public async Task<bool> HasWhitelistAsync(TopicId topic, CancellationToken cancellationToken)
    {
        var request = new IsTopicReputerWhitelistEnabledRequest { TopicId = topic.Value };
        return (await _allora.AskAsync("IsTopicReputerWhitelistEnabled", request,
            IsTopicReputerWhitelistEnabledResponse.Parser, cancellationToken)).IsTopicReputerWhitelistEnabled;
    }

    /// <summary>Whether the topic's own whitelist names the address.</summary>
    public async Task<bool> IsWhitelistedAsync(TopicId topic, string address, CancellationToken cancellationToken)
    {
        var request = new IsWhitelistedTopicReputerRequest { TopicId = topic.Value, Address = address };
        return (await _allora.AskAsync("IsWhitelistedTopicReputer", request,
            IsWhitelistedTopicReputerResponse.Parser, cancellationToken)).IsWhitelistedTopicReputer;
    }

    /// <summary>Own and delegated, which is what the chain holds against its minimum. In uallo.</summary>
    public async Task<BigInteger> StakeAsync(TopicId topic, string address, CancellationToken cancellationToken)
    {
        const string Method = "GetStakeReputerAuthority";
        var request = new GetStakeReputerAuthorityRequest { TopicId = topic.Value, Reputer = address };
        var reply = await _allora.AskAsync(
            Method, request, GetStakeReputerAuthorityResponse.Parser, cancellationToken);
        return AlloraClient.Amount(reply.Authority.Length == 0 ? "0" : reply.Authority, Method, "stake");
    }

    /// <summary>Below it the chain takes no losses of a reputer. In uallo.</summary>
    public async Task<BigInteger> MinimumStakeAsync(CancellationToken cancellationToken) => AlloraClient.Amount(
        (await _allora.ParamsAsync(cancellationToken)).RequiredMinimumStake, "GetParams", "minimum stake");

    /// <summary>The chain's own view of its window; v0.12.2 and later, UnknownPath before.</summary>
    public async Task<ReputerWindow> WindowAsync(
        TopicId topic, string address, CancellationToken cancellationToken)
    {
        var request = new GetReputerSubmissionWindowStatusRequest { TopicId = topic.Value, Address = address };
        var status = await _allora.AskAsync("GetReputerSubmissionWindowStatus", request,
            GetReputerSubmissionWindowStatusResponse.Parser, cancellationToken);
        var current = status.IsOpen
            ? new ReputerNonce(new Height(status.CurrentNonceBlockHeight), new Height(status.WindowStartBlock),
                new Height(status.WindowEndBlock))
            : null;
        return new ReputerWindow(current, new Height(status.NextWindowStartBlock), status.IsRegistered,
            status.IsWhitelisted, status.IsTopicActive);
    }

    /// <summary>
    /// Every nonce whose losses are not settled, oldest first. Most are not open yet: their truth lies ahead.
    /// </summary>
    public async Task<IReadOnlyList<Height>> UnfulfilledAsync(TopicId topic, CancellationToken cancellationToken)
    {
        var request = new GetUnfulfilledReputerNoncesRequest { TopicId = topic.Value };
        var reply = await _allora.AskAsync(
            "GetUnfulfilledReputerNonces", request, GetUnfulfilledReputerNoncesResponse.Parser, cancellationToken);
        return Heights(reply.Nonces);
    }

    /// <summary>
    /// The nonces that can be done now, oldest first, each with the blocks that every version of the chain takes. One
    /// query where the chain has it (v0.15 and later), else computed from what is unfulfilled.
    /// </summary>
    public async Task<IReadOnlyList<ReputerNonce>> OpenAsync(Topic topic, CancellationToken cancellationToken)
    {
        if (!Equals(_withoutOpenWindows, await _allora.VersionAsync(cancellationToken)))
        {
            try
            {
                var request = new GetOpenReputerSubmissionWindowsRequest { TopicId = topic.Id.Value };
                var reply = await _allora.AskAsync("GetOpenReputerSubmissionWindows", request,
                    GetOpenReputerSubmissionWindowsResponse.Parser, cancellationToken);
                return [.. Heights(reply.Nonces).Select(topic.ReputerWindowOf)];
            }
            catch (ChainException e) when (e.Fault is ChainFault.UnknownPath)
            {
                _withoutOpenWindows = await _allora.VersionAsync(cancellationToken);
            }
        }

        var waiting = await UnfulfilledAsync(topic.Id, cancellationToken);
        var head = (await _cosmos.HeadAsync(cancellationToken)).Height;
        return [.. waiting.Select(topic.ReputerWindowOf)
            .Where(window => window.OpensAt <= head && head < window.ClosesAt)];
    }

    /// <summary>Whether the chain holds this reputer's losses for the nonce; known once the nonce is settled.</summary>
    public async Task<bool> HasLossesAsync(
        TopicId topic, Height nonce, string address, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetReputerLossBundlesAtBlockRequest { TopicId = topic.Value, BlockHeight = nonce.Value };
            var reply = await _allora.AskAsync("GetReputerLossBundlesAtBlock", request,
                GetReputerLossBundlesAtBlockResponse.Parser, cancellationToken);
            return reply.LossBundles.Any(bundle => bundle.Reputer == address);
        }
        catch (ChainException e) when (Refusals.SaysNotFound(e))
        {
            return false;
        }
    }

    /// <summary>The chain lists the newest first.</summary>
    private static Height[] Heights(Wire.Emissions.V3.ReputerRequestNonces? nonces) =>
        [.. (nonces?.Nonces ?? []).Select(one => new Height(one.ReputerNonce?.BlockHeight ?? 0)).Order()];
}
