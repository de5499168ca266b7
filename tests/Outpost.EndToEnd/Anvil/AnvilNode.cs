using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Outpost.EndToEnd.Anvil;

/// <summary>Anvil, a real EVM node for tests, as a process of its own on a free port of loopback.</summary>
internal sealed partial class AnvilNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _home;
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly Task _drained;

    private AnvilNode(Process process, string home, Uri url)
    {
        (_process, _home, Url) = (process, home, url);
        // What it prints is read and dropped: a full pipe would stop it.
        _drained = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    public Uri Url { get; }

    public Uri Socket => new UriBuilder(Url) { Scheme = "ws" }.Uri;

    /// <summary>Starts it without blocks but the first.</summary>
    public static async Task<AnvilNode> StartAsync(CancellationToken cancellationToken)
    {
        var packages = Repository.PathOf("tests", "outsider", "node_modules", "@foundry-rs");
        var program = Directory.Exists(packages)
            ? Directory.EnumerateFiles(packages, "anvil", SearchOption.AllDirectories).FirstOrDefault() : null;
        Assert.True(program is not null, "Anvil is missing: run `npm ci` in tests/outsider (./test does it), then run the tests again.");
        var home = Directory.CreateTempSubdirectory("anvil").FullName;
        var start = new ProcessStartInfo(program, ["--host", "127.0.0.1", "--port", "0"])
        {
            RedirectStandardOutput = true,
            // Its own files go where they are removed again.
            Environment = { ["HOME"] = home },
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("Anvil did not start.");
        try
        {
            return new AnvilNode(process, home, new Uri($"http://127.0.0.1:{await PortAsync(process, cancellationToken)}"));
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Makes blocks, 12 seconds apart by their headers.</summary>
    public Task MineAsync(int count) => CallAsync("anvil_mine", Hex(count), Hex(12));

    /// <summary>Leaves the newest blocks and puts as many others in their place.</summary>
    public Task ReorganiseAsync(int depth) => CallAsync("anvil_reorg", depth, Array.Empty<object>());

    /// <summary>Leaves the newest blocks.</summary>
    public Task RollBackAsync(int depth) => CallAsync("anvil_rollback", depth);

    /// <summary>The hash of a block, as the node itself tells it; null: there is none.</summary>
    public async Task<string?> HashAsync(long number)
    {
        var block = await CallAsync("eth_getBlockByNumber", Hex(number), false);
        return block.ValueKind is JsonValueKind.Null ? null : block.GetProperty("hash").GetString();
    }

    /// <summary>The result of any call; fails on an error.</summary>
    public async Task<JsonElement> CallAsync(string method, params object[] parameters)
    {
        using var body = new StringContent(
            JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 1, method, @params = parameters }), Encoding.UTF8, "application/json");
        using var reply = await _http.PostAsync(Url, body, TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        return document.RootElement.TryGetProperty("result", out var result)
            ? result.Clone()
            : throw new InvalidOperationException($"{method}: {document.RootElement}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _drained;
        _process.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private static async Task<string> PortAsync(Process process, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return match.Groups["port"].Value;
            }
        }

        throw new InvalidOperationException("Anvil ended before it listened.");
    }

    private static string Hex(long number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Listening on 127\.0\.0\.1:(?<port>[0-9]+)")]
    private static partial Regex Listening();
}
