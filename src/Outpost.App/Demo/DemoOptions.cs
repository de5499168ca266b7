namespace Outpost.App.Demo;

/// <summary>The shape of a demo.</summary>
/// <param name="Seed">Decides the chain's and the account's chances; null: a new one each time.</param>
internal sealed record DemoOptions(int Topics, TimeSpan BlockTime, int? Seed);
