using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.App.Checks;
using Outpost.App.Settings;

namespace Outpost.App.Commands;

/// <summary>outpost check: what a configuration says, and whether the world agrees with it.</summary>
internal static class CheckCommand
{
    public static Command Build(CommandSurroundings surroundings)
    {
        var config = ConfigOption.Create();
        var offline = new Option<bool>("--offline") { Description = "Only read the configuration; probe nothing" };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines" };
        var command = new Command("check", """
            Reads a configuration, says what was understood, and probes all that it names: each endpoint, the
            account and its balance, each topic, each model, and this machine's clock; of a section "consensus" its
            store and the endpoints of its source chains, of a section "snapshots" its processors and endpoints. Changes
            nothing anywhere.
            Exit code 0: all is well; 1: a probe failed; 2: the configuration is wrong.
            """)
        {
            config, offline, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            ConfigurationFile.Load(parsed.GetValue(config), surroundings.ForSettings),
            parsed.GetValue(offline), parsed.GetValue(json), surroundings, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        SettingsResult<Configuration> read, bool isOffline, bool asJson, CommandSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        ICheckReport report = asJson ? new JsonCheckReport(surroundings.Out)
            : new TextCheckReport(surroundings.Out, surroundings.Error);
        if (read.Configuration is not { } configuration)
        {
            report.Wrong(read.Problems);
            return ExitCode.Wrong;
        }

        Account? account;
        try
        {
            account = configuration.ServesTopics ? AccountKeys.Look(configuration.Key, surroundings) : null;
        }
        catch (AccountKeyException problem)
        {
            report.Wrong([$"{configuration.File}: key: {problem.Message}"]);
            return ExitCode.Wrong;
        }

        report.Understood(configuration, account);
        var failed = false;
        if (!isOffline)
        {
            await foreach (var finding in FindingsAsync(configuration, account, surroundings, cancellationToken))
            {
                report.Found(finding);
                failed |= finding.Grade == Grade.Fail;
            }
        }

        report.End(failed);
        return failed ? ExitCode.Failed : ExitCode.Done;
    }

    private static IAsyncEnumerable<Finding> FindingsAsync(
        Configuration configuration, Account? account, CommandSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        var around = surroundings.ForNode(NullLoggerFactory.Instance);
        var node = account is null
            ? AsyncEnumerable.Empty<Finding>()
            : new Probes(configuration, account, around).RunAsync(cancellationToken);
        if (configuration.Consensus is { } consensus)
        {
            node = node.Concat(new ConsensusProbe(consensus, around).RunAsync(cancellationToken));
        }

        return configuration.Snapshots is { } snapshots
            ? node.Concat(new SnapshotProbe(snapshots, around).RunAsync(cancellationToken))
            : node;
    }
}
