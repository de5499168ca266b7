namespace Outpost.App.Checks;

/// <summary>How bad a finding is.</summary>
internal enum Grade
{
    Ok,
    /// <summary>Works now, or may later by itself; worth a look.</summary>
    Warn,
    /// <summary>Will not work until somebody does something.</summary>
    Fail,
}

/// <summary>The result of one probe.</summary>
/// <param name="Subject">What was probed, such as "topic 12".</param>
/// <param name="Fix">What a person can do; null when nothing is to be done.</param>
internal sealed record Finding(Grade Grade, string Subject, string Text, string? Fix = null);
