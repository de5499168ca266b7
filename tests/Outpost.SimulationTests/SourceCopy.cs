using System.Diagnostics;

namespace Outpost.SimulationTests;

/// <summary>A copy of the program's sources that may be broken and built.</summary>
public sealed class SourceCopy : IDisposable
{
    private static readonly string[] Needed =
        ["src", "samples/model-csharp", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt",
            ".editorconfig", "global.json"];

    private readonly string _root = Directory.CreateTempSubdirectory("outpost-mutations-").FullName;

    /// <summary>The built program.</summary>
    public string Program => Path.Combine(_root, "artifacts", "bin", "Outpost.App", "release", "outpost");

    public SourceCopy()
    {
        var from = Root();
        foreach (var name in Needed)
        {
            var source = Path.Combine(from, name);
            if (File.Exists(source))
            {
                File.Copy(source, Path.Combine(_root, name));
            }

            foreach (var file in Directory.Exists(source)
                ? Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories) : [])
            {
                var target = Path.Combine(_root, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }

    /// <summary>Puts a break in; disposing what is given back mends it.</summary>
    internal IDisposable Break(Mutation mutation)
    {
        var file = Path.Combine(_root, mutation.File);
        var text = File.ReadAllText(file);
        if (text.Split(mutation.Before).Length != 2)
        {
            throw new InvalidOperationException(
                $"'{mutation.Name}' does not fit any more: its text stands in {mutation.File} "
                + $"{text.Split(mutation.Before).Length - 1} times. Bring tests' Mutations up to date.");
        }

        File.WriteAllText(file, text.Replace(mutation.Before, mutation.After, StringComparison.Ordinal));
        return new Mending(() => File.WriteAllText(file, text));
    }

    public async Task BuildAsync(TimeSpan limit)
    {
        // What a break leaves unused is no matter here.
        var start = new ProcessStartInfo("dotnet",
            ["build", Path.Combine(_root, "src", "Outpost.App"), "-c", "Release", "-v", "quiet", "-nologo",
                "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:GenerateDocumentationFile=false"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var build = Process.Start(start)!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(limit);
        var (output, errors) = (build.StandardOutput.ReadToEndAsync(stop.Token), build.StandardError.ReadToEndAsync(stop.Token));
        try
        {
            await build.WaitForExitAsync(stop.Token);
        }
        finally
        {
            if (!build.HasExited)
            {
                build.Kill(entireProcessTree: true);
            }
        }

        Assert.True(build.ExitCode == 0, $"the copy does not build:\n{await output}{await errors}");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>The folder of the repository.</summary>
    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Outpost.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("There is no Outpost.slnx above the tests.");
        }

        return folder.FullName;
    }

    private sealed class Mending(Action mend) : IDisposable
    {
        public void Dispose() => mend();
    }
}
