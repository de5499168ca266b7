using Outpost.App.Settings;

namespace Outpost.App.Checks;

/// <summary>A check as lines for a person.</summary>
internal sealed class TextCheckReport(TextWriter output, TextWriter error) : ICheckReport
{
    private const int SubjectColumns = 12;

    private readonly TextWriter _out = output;
    private int _warnings;
    private int _failures;
    private bool _hasProbed;

    public void Wrong(IReadOnlyList<string> problems)
    {
        foreach (var problem in problems)
        {
            error.WriteLine(problem);
        }
    }

    public void Understood(Configuration configuration, Account? account)
    {
        _out.WriteLine($"{configuration.File}: read as the format of {Owner(configuration.Format)}");
        foreach (var (subject, text) in Understanding.Of(configuration, account))
        {
            Line(subject, text);
        }

        var defaults = configuration.Notes.Where(note => note.Kind == NoteKind.Default)
            .Select(note => $"{note.Path} {note.Text}").ToList();
        if (defaults.Count > 0)
        {
            Line("defaults", string.Join("; ", defaults));
        }

        foreach (var note in configuration.Notes.Where(note => note.Kind == NoteKind.Ignored))
        {
            Line("note", note.ToString());
        }

        foreach (var note in configuration.Notes.Where(note => note.Kind == NoteKind.Warning))
        {
            _warnings++;
            Line("warn", note.ToString());
        }

        if (account?.Problem is { } problem)
        {
            _warnings++;
            Line("warn", problem);
        }
    }

    public void Found(Finding finding)
    {
        if (!_hasProbed)
        {
            _out.WriteLine();
            _hasProbed = true;
        }

        _warnings += finding.Grade == Grade.Warn ? 1 : 0;
        _failures += finding.Grade == Grade.Fail ? 1 : 0;
        Line(finding.Grade.ToString().ToLowerInvariant(),
            $"{finding.Subject}: {finding.Text}{(finding.Fix is null ? "" : $" → {finding.Fix}")}");
    }

    public void End(bool failed)
    {
        _out.WriteLine();
        var warnings = _warnings == 1 ? "1 warning" : $"{_warnings} warnings";
        var scope = _hasProbed ? "" : " (nothing was probed: --offline)";
        _out.WriteLine(failed
            ? $"{_failures} failed, {warnings}: what each needs stands behind its arrow"
            : $"the configuration is good, {warnings}{scope}");
    }

    private void Line(string subject, string text) => _out.WriteLine($"  {subject.PadRight(SubjectColumns)}{text}");

    private static string Owner(ConfigurationFormat format) => format switch
    {
        ConfigurationFormat.GoNode => "the Go node (allora-offchain-node)",
        ConfigurationFormat.PythonNode => "the Python node (allora_offchain_node_py)",
        ConfigurationFormat.Pooler => "Powerloom's Pooler",
        _ => "Outpost",
    };
}
