using Outpost.App.Commands;

namespace Outpost.Tests.App;

/// <summary>A command's world inside a test: text in, text out, and an environment of its own.</summary>
internal sealed class TestSurroundings : IDisposable
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly TextWriter _writing;
    private string? _home;

    public TestSurroundings() => _writing = TextWriter.Synchronized(_error);

    public string Out => _out.ToString();

    public string Error
    {
        get
        {
            // A test may look while a command writes.
            lock (_writing)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>Made when it is first asked for, and gone with this.</summary>
    public string Home => _home ??= Directory.CreateTempSubdirectory("outpost-test-").FullName;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The way to chains; by sockets where the test gives none.</summary>
    public HttpMessageHandler? ChainNetwork { get; init; }

    public TestSurroundings With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    public CommandSurroundings Build() => new(
        TextReader.Null, _out, _writing, Time, _ => null, name => _environment.GetValueOrDefault(name))
    {
        EnvironmentNames = [.. _environment.Keys],
        Random = new Random(1),
        WorkingDirectory = Home,
        ChainNetwork = ChainNetwork ?? new SocketsHttpHandler(),
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
        _writing.Dispose();
        _error.Dispose();
        if (_home is not null)
        {
            Directory.Delete(_home, recursive: true);
        }
    }
}
