using Microsoft.Extensions.Logging;
using Outpost.Chains.Cosmos;
using Outpost.Node.Blocks;
using Outpost.Node.Journal;

namespace Outpost.Node.Submission;

/// <summary>What the lane needs of the rooms around it.</summary>
public sealed record LaneSurroundings(
    CosmosClient Cosmos, DutyJournal Journal, BlockClock Clock, TimeProvider Time, ILogger<SubmissionLane> Logger);
