using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Outpost.Chains.Cosmos;
using Outpost.Chains.Rpc;
using Outpost.Node.Control;
using Outpost.Tests.Rpc;

namespace Outpost.Tests.Node;

public sealed class ControlSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ctl").FullName;
    private readonly HeardLogger _logger = new();

    private string Journal => Path.Combine(_folder, "j.db");

    private string SocketPath => Journal + ".sock";

    [Fact]
    public async Task Answers_only_its_own_user_and_leaves_nothing_behind()
    {
        await using var clients = new Clients();
        var client = clients.Of(new EndpointOptions(EndpointKind.Rpc, new Uri("http://127.0.0.1:9/key")));
        await using (ControlSocket.Start(Journal, client, TimeProvider.System, _logger))
        {
            Assert.True(OperatingSystem.IsWindows()
                || File.GetUnixFileMode(SocketPath) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
            var shown = await AskAsync(new ControlRequest(ControlAct.Endpoints));
            Assert.Equal([(1, "http://127.0.0.1:9", "rpc", EndpointState.New)], shown.Endpoints.Select(Known));
            var cordoned = await AskAsync(new ControlRequest(ControlAct.Cordon, "1"));
            Assert.Equal((EndpointState.Cordoned, 1), (cordoned.Endpoints[0].State, Assert.Single(cordoned.Changed)));
            Assert.Equal(EndpointState.Cordoned, client.Endpoints[0].State);
            Assert.Contains("'2'", (await AskAsync(new ControlRequest(ControlAct.Cordon, "2"))).Problem, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(SocketPath));
        Assert.Null(await ControlClient.AskAsync(
            Journal, new ControlRequest(ControlAct.Endpoints), TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Replaces_what_a_killed_node_left_and_leaves_a_living_one_alone()
    {
        using (var killed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Closing a socket removes its file, which a killed process does not come to.
            killed.Bind(new UnixDomainSocketEndPoint(SocketPath + "x"));
            File.Move(SocketPath + "x", SocketPath);
        }

        Assert.True(File.Exists(SocketPath));
        Assert.Null(await ControlClient.AskAsync(
            Journal, new ControlRequest(ControlAct.Endpoints), TimeProvider.System, TestContext.Current.CancellationToken));
        await using var clients = new Clients();
        var client = clients.Of(new EndpointOptions(EndpointKind.Rpc, new Uri("http://127.0.0.1:9")));
        await using var first = ControlSocket.Start(Journal, client, TimeProvider.System, _logger);
        Assert.Empty(_logger.Lines);

        await using (ControlSocket.Start(Journal, client, TimeProvider.System, _logger))
        {
            Assert.Contains("cannot be asked for its endpoints", Assert.Single(_logger.Lines), StringComparison.Ordinal);
        }

        Assert.Single((await AskAsync(new ControlRequest(ControlAct.Endpoints))).Endpoints);
    }

    [Fact]
    public async Task Deletes_no_file_that_is_not_a_socket()
    {
        await File.WriteAllTextAsync(SocketPath, "precious", TestContext.Current.CancellationToken);
        await using var clients = new Clients();
        var client = clients.Of(new EndpointOptions(EndpointKind.Rpc, new Uri("http://127.0.0.1:9")));

        await using (ControlSocket.Start(Journal, client, TimeProvider.System, _logger))
        {
            Assert.Single(_logger.Lines);
        }

        Assert.Equal("precious", await File.ReadAllTextAsync(SocketPath, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(":memory:", 0)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1)]
    [InlineData("no-such-folder/j.db", 1)]
    [InlineData("file:control?mode=memory&cache=shared", 0)]
    public async Task Goes_on_without_one_where_there_can_be_none(string journal, int warnings)
    {
        await using var clients = new Clients();
        var client = clients.Of(new EndpointOptions(EndpointKind.Rpc, new Uri("http://127.0.0.1:9")));
        var path = journal.Contains("memory", StringComparison.Ordinal) ? journal : Path.Combine(_folder, journal);

        await using (ControlSocket.Start(path, client, TimeProvider.System, _logger))
        {
            Assert.Equal(warnings, _logger.Lines.Count);
            Assert.False(File.Exists(path + ".sock"));
        }
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("null\n")]
    [InlineData("{\"act\":\"explode\"}\n")]
    [InlineData("{\"act\":")]
    public async Task A_caller_that_speaks_nonsense_or_hangs_up_stops_nobody(string words)
    {
        await using var clients = new Clients();
        var client = clients.Of(new EndpointOptions(EndpointKind.Rpc, new Uri("http://127.0.0.1:9")));
        await using var control = ControlSocket.Start(Journal, client, TimeProvider.System, _logger);
        using (var caller = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await caller.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), TestContext.Current.CancellationToken);
            await caller.SendAsync(Encoding.UTF8.GetBytes(words), TestContext.Current.CancellationToken);
        }

        Assert.Single((await AskAsync(new ControlRequest(ControlAct.Endpoints))).Endpoints);
    }

    [Fact]
    public async Task A_silent_caller_is_sent_away()
    {
        var time = new ManualTime();
        await using var clients = new Clients();
        var client = clients.Of(new EndpointOptions(EndpointKind.Rpc, new Uri("http://127.0.0.1:9")));
        await using var control = ControlSocket.Start(Journal, client, time, _logger);
        using var caller = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await caller.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), TestContext.Current.CancellationToken);

        var asked = AskAsync(new ControlRequest(ControlAct.Endpoints));
        while (!asked.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Single((await asked).Endpoints);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (int Number, string Name, string Kind, EndpointState State) Known(EndpointStatus one) =>
        (one.Number, one.Name, one.Kind, one.State);

    private async Task<ControlReply> AskAsync(ControlRequest request) =>
        await ControlClient.AskAsync(Journal, request, TimeProvider.System, TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException("Nobody listens.");

    private sealed class HeardLogger : ILogger<ControlSocket>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Add(formatter(state, exception));
            }
        }
    }
}
