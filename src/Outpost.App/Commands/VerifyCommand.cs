using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Outpost.Consensus.Proofs;
using Outpost.Sdk.Evm;

namespace Outpost.App.Commands;

/// <summary>outpost verify: checks what a consensus service exported, with no network and no service.</summary>
internal static class VerifyCommand
{
    private static readonly JsonSerializerOptions Format =
        new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Build(CommandSurroundings surroundings)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "What /verdicts/…, /series/…/head, /proof or /consistency answered; - is standard input",
        };
        var key = new Option<string?>("--key")
        {
            HelpName = "ADDRESS",
            Description = "The address of the service's key, from somebody whom you trust",
        };
        var json = new Option<bool>("--json") { Description = "One line of JSON instead of text" };
        var command = new Command("verify", """
            Checks a verdict, its votes, and its place in a project's series, as a consensus service exported them:
            signatures, hashes, paths, and whether the votes come to that verdict by the rule. Works offline.
            Exit code 0: all holds; 1: something does not, or the file cannot be read; 2: the command line is wrong.
            """)
        {
            HelpWithExamples.Of("""
                curl -s http://localhost:9030/verdicts/PROJECT/1010 > verdict.json
                outpost verify verdict.json --key 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
                curl -s 'http://localhost:9030/series/PROJECT/consistency?from=100&to=200' | outpost verify -
                """),
            file, key, json,
        };
        command.SetAction(parsed => Verify(
            parsed.GetRequiredValue(file), parsed.GetValue(key), parsed.GetValue(json), surroundings));
        return command;
    }

    private static int Verify(string path, string? key, bool asJson, CommandSurroundings surroundings)
    {
        EvmAddress? trusted = null;
        if (key is not null)
        {
            if (!EvmAddress.TryParse(key, out var address, out var problem))
            {
                surroundings.Error.WriteLine($"outpost: --key: the address {key} {problem}.");
                return ExitCode.Wrong;
            }

            trusted = address;
        }

        if (Read(path, surroundings) is not { } bytes)
        {
            return ExitCode.Failed;
        }

        var report = ProofCheck.Of(bytes, trusted);
        if (asJson)
        {
            surroundings.Out.WriteLine(JsonSerializer.Serialize(
                new
                {
                    Good = report.IsGood,
                    report.Kind,
                    Signer = report.Signer?.ToString(),
                    Trusted = report.IsGood && trusted is not null,
                    report.Checked,
                    report.Problems,
                },
                Format));
        }
        else
        {
            Write(report, trusted is not null, surroundings.Out);
        }

        return report.IsGood ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Write(ProofReport report, bool isTrusted, TextWriter output)
    {
        foreach (var sentence in report.Checked)
        {
            output.WriteLine($"  ok     {sentence}");
        }

        foreach (var problem in report.Problems)
        {
            output.WriteLine($"  WRONG  {problem}");
        }

        output.WriteLine(!report.IsGood ? "Not to be believed."
            : isTrusted ? "All holds."
            : $"All holds, if {report.Signer} is the service's key: ask for it elsewhere and give it as --key.");
    }

    private static byte[]? Read(string path, CommandSurroundings surroundings)
    {
        try
        {
            if (path == "-")
            {
                var text = new char[ProofCheck.MaxBytes + 1];
                var count = surroundings.In.ReadBlock(text, 0, text.Length);
                return count < text.Length ? Encoding.UTF8.GetBytes(text, 0, count) : TooLong("the standard input");
            }

            var full = Path.GetFullPath(Path.Combine(surroundings.WorkingDirectory, path));
            return new FileInfo(full).Length <= ProofCheck.MaxBytes ? File.ReadAllBytes(full) : TooLong(full);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            surroundings.Error.WriteLine($"outpost: reading {path}: {problem.Message}");
            return null;
        }

        byte[]? TooLong(string what)
        {
            surroundings.Error.WriteLine($"outpost: {what} is larger than any proof: {ProofCheck.MaxBytes} bytes.");
            return null;
        }
    }
}
