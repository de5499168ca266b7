using System.Globalization;
using System.Numerics;
using Outpost.Chains.Allora;
using Outpost.Devnet;

namespace Outpost.App.Demo;

/// <summary>What one of the demo's actors earned in one role.</summary>
/// <param name="Score">Of the newest nonce that was settled.</param>
internal sealed record DemoEarned(int Nonces, BigInteger Uallo, decimal Score)
{
    private static readonly BigInteger MicroAllo = BigInteger.Pow(10, 12);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Allo(Uallo)} ALLO, score {Score:0.###}");

    /// <summary>To the millionth, the rest cut off.</summary>
    public static string Allo(BigInteger uallo) =>
        ((decimal)(uallo / MicroAllo) / 1_000_000).ToString("0.000000", CultureInfo.InvariantCulture);
}

/// <summary>
/// Hears from the chain what the work of some actors in one topic was worth: not from any node. Safe for use from
/// several threads.
/// </summary>
/// <param name="actors">Addresses with the names that a person knows them by; the first is the demo's own.</param>
internal sealed class DemoEarnings(TopicId topic, IReadOnlyList<(string Address, string Name)> actors) : IChainWitness
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Address, ActorRole Role), DemoEarned> _earned = [];
    private readonly List<string> _news = [];

    public TopicId Topic => topic;

    /// <summary>Actor by actor, role by role; null where nothing was paid yet.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<DemoEarned?> Roles)> Now
    {
        get
        {
            lock (_lock)
            {
                return
                [
                    .. actors.Select(actor => (actor.Name, (IReadOnlyList<DemoEarned?>)
                    [
                        .. Enum.GetValues<ActorRole>().Select(role => _earned.GetValueOrDefault((actor.Address, role))),
                    ])),
                ];
            }
        }
    }

    /// <summary>A line for each nonce that was settled since the last call.</summary>
    public IReadOnlyList<string> TakeNews()
    {
        lock (_lock)
        {
            string[] news = [.. _news];
            _news.Clear();
            return news;
        }
    }

    /// <summary>The same at the end, a line for each actor.</summary>
    public IEnumerable<string> Summary() => Now
        .Where(actor => actor.Roles.Any(role => role is not null))
        .Select(actor => $"  {actor.Name}: " + string.Join("; ", Enum.GetValues<ActorRole>().Zip(actor.Roles)
            .Where(one => one.Second is not null).Select(one => $"{NameOf(one.First)} {one.Second}")))
        .Prepend($"topic {topic} paid");

    public void Opened(WindowOpening opening)
    {
    }

    public void Checked(CheckedTransaction transaction)
    {
    }

    public void Committed(CommittedBlock block)
    {
        lock (_lock)
        {
            foreach (var payout in block.Payouts.Where(payout => payout.Name.Topic == topic))
            {
                var key = (payout.Name.Worker, payout.Name.Role);
                var before = _earned.GetValueOrDefault(key) ?? new DemoEarned(0, 0, 0);
                _earned[key] = new DemoEarned(before.Nonces + 1, before.Uallo + payout.AmountUallo, payout.Score);
            }

            foreach (var nonce in block.Payouts.Where(IsOwn).GroupBy(payout => payout.Name.Nonce))
            {
                _news.Add($"{block.Time:HH:mm:ss} topic {topic}, block {nonce.Key} is settled: this account gets "
                    + string.Join(" and ", nonce.Select(Text)));
            }
        }
    }

    public static string NameOf(ActorRole role) => role.ToString().ToLowerInvariant();

    private static string Text(Payout payout) => string.Create(CultureInfo.InvariantCulture,
        $"{DemoEarned.Allo(payout.AmountUallo)} ALLO as {NameOf(payout.Name.Role)} (score {payout.Score:0.###})");

    private bool IsOwn(Payout payout) => payout.Name.Topic == topic && payout.Name.Worker == actors[0].Address;
}
