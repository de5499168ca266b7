namespace Outpost.Node.Modules;

/// <summary>A module that cannot be loaded; the message says why and what to write instead.</summary>
internal sealed class ModuleException(string message) : Exception(message);
