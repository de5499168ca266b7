using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Outpost.Chains.Rpc;
using Outpost.Consensus.Snapshotters;

namespace Outpost.Consensus.Service;

/// <summary>
/// The calls of those who show no identity, for each address. What a header says of the address is believed only when
/// a trusted proxy says it. Safe for use from several threads.
/// </summary>
internal sealed class PublicCallers(RateLimitText limit, IReadOnlyList<IPNetwork> trustedProxies, TimeProvider time)
{
    /// <summary>About 200 bytes each; when so many called in one period, further ones share one count.</summary>
    private const int MostHeld = 50_000;

    /// <summary>Between two looks at all that are held, for those that are idle.</summary>
    private static readonly TimeSpan TrimPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<IPAddress, CallCount> _calls = [];
    private readonly CallCount _others = new(limit, time);
    private readonly Lock _trim = new();
    private long? _trimmedAt;

    /// <summary>Counts a call; null when it is within the limit.</summary>
    public RateRefusal? Add(IPAddress socket, IHeaderDictionary headers)
    {
        var address = NetworkOf(CallerOf(Plain(socket), headers));
        if (!_calls.TryGetValue(address, out var calls))
        {
            calls = HasRoom() ? _calls.GetOrAdd(address, _ => new CallCount(limit, time)) : _others;
        }

        return calls.Add();
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Who has an IPv6 address has all of its /64: they are one caller.</summary>
    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }

    private bool HasRoom()
    {
        if (_calls.Count < MostHeld)
        {
            return true;
        }

        lock (_trim)
        {
            var now = time.GetTimestamp();
            if (_trimmedAt is { } before && time.GetElapsedTime(before, now) < TrimPause)
            {
                return false;
            }

            _trimmedAt = now;
            foreach (var (address, calls) in _calls)
            {
                if (calls.IsIdle())
                {
                    _calls.TryRemove(address, out _);
                }
            }
        }

        return _calls.Count < MostHeld;
    }

    /// <summary>
    /// Behind a trusted proxy: what Cloudflare says, else the last address in the list that is no trusted proxy itself,
    /// since only what a trusted one has appended is known to be true.
    /// </summary>
    private IPAddress CallerOf(IPAddress socket, IHeaderDictionary headers)
    {
        if (!IsTrusted(socket))
        {
            return socket;
        }

        if (IPAddress.TryParse(headers["CF-Connecting-IP"], out var client))
        {
            return Plain(client);
        }

        foreach (var text in headers["X-Forwarded-For"].ToString().Split(',', StringSplitOptions.TrimEntries).Reverse())
        {
            if (!IPAddress.TryParse(text, out var hop))
            {
                return socket;
            }

            if (!IsTrusted(Plain(hop)))
            {
                return Plain(hop);
            }
        }

        return socket;
    }

    private bool IsTrusted(IPAddress address)
    {
        foreach (var network in trustedProxies)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
