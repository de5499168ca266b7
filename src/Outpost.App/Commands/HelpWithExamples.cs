using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Outpost.App.Commands;

/// <summary>The generated help of one command, and below it command lines to copy.</summary>
internal sealed class HelpWithExamples(string examples) : SynchronousCommandLineAction
{
    private readonly HelpAction _generated = new();

    /// <summary>The --help of the command that it is added to; it goes before the one that all commands have.</summary>
    public static HelpOption Of(string examples) => new() { Action = new HelpWithExamples(examples) };

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = _generated.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var line in examples.Split('\n'))
        {
            output.WriteLine($"  {line}");
        }

        return exitCode;
    }
}
