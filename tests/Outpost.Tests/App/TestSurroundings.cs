using Outpost.App.Commands;

namespace Outpost.Tests.App;

/// <summary>A command's world inside a test: text in, text out, and an environment of its own.</summary>
internal sealed class TestSurroundings : IDisposable
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private string? _home;

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    /// <summary>Made when it is first asked for, and gone with this.</summary>
    public string Home => _home ??= Directory.CreateTempSubdirectory("outpost-test-").FullName;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public TestSurroundings With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    public CommandSurroundings Build() => new(
        TextReader.Null, _out, _error, Time, _ => null, name => _environment.GetValueOrDefault(name))
    {
        EnvironmentNames = [.. _environment.Keys],
        Random = new Random(1),
        WorkingDirectory = Home,
    };

    public Task<int> RunAsync(params string[] arguments)
    {
        With("OUTPOST_HOME", Home);
        return OutpostCommands.RunAsync(arguments, Build(), TestContext.Current.CancellationToken);
    }

    /// <summary>Writes a file into <see cref="Home"/> and says where it is.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Home, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
        if (_home is not null)
        {
            Directory.Delete(_home, recursive: true);
        }
    }
}
