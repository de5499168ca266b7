namespace Outpost.App.Commands;

/// <summary>
/// What a person gave to a keys command is wrong; the message says what and what to give instead, no secret.
/// </summary>
internal sealed class KeysInputException(string message) : Exception(message);
