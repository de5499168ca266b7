using Outpost.Chains.Allora;

namespace Outpost.Devnet.Allora;

/// <summary>What events call the roles (emissions.v3.ActorType).</summary>
internal static class ActorTypes
{
    public static string NameOf(ActorRole role) => role switch
    {
        ActorRole.Inferer => "ACTOR_TYPE_INFERER_UNSPECIFIED",
        ActorRole.Forecaster => "ACTOR_TYPE_FORECASTER",
        _ => "ACTOR_TYPE_REPUTER",
    };
}
