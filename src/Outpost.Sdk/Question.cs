namespace Outpost.Sdk;

/// <summary>What is asked of a module: the answer of one topic for one block.</summary>
/// <param name="Topic">The topic's number on the chain.</param>
/// <param name="Block">The nonce: the height of the block that opened the window.</param>
/// <param name="HasLabels">True when the topic wants one number for each of its labels, and not one alone.</param>
public sealed record Question(ulong Topic, long Block, bool HasLabels);

/// <summary>How far a prediction was from the truth.</summary>
/// <param name="Topic">The topic's number on the chain.</param>
/// <param name="Truth">What came to be.</param>
/// <param name="Prediction">What was predicted, with the same labels as the truth.</param>
public sealed record LossQuestion(ulong Topic, Value Truth, Value Prediction);
