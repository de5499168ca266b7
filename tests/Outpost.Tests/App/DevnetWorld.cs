using System.Net;
using System.Numerics;
using Microsoft.Extensions.Logging.Abstractions;
using Outpost.Chains.Keys;
using Outpost.Devnet;

namespace Outpost.Tests.App;

/// <summary>A devnet, an account on it and a model, for commands that are run from a test.</summary>
internal sealed class DevnetWorld : IAsyncDisposable
{
    private const string Phrase =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    private readonly HttpListener _model = new();
    private readonly Task _answering;

    private DevnetWorld(Outpost.Devnet.Devnet chain, int modelPort)
    {
        Chain = chain;
        ModelUrl = $"http://127.0.0.1:{modelPort}/";
        _model.Prefixes.Add(ModelUrl);
        _model.Start();
        _answering = AnswerAsync();
    }

    public Outpost.Devnet.Devnet Chain { get; }

    public string ModelUrl { get; }

    /// <summary>What is answered where the path begins so, such as truth, instead of the model's answer.</summary>
    public Dictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>What the model answers, with HTTP 200.</summary>
    public string ModelAnswer { get; set; } = "3012.45";

    public static string Address
    {
        get
        {
            using var key = AccountKey.FromMnemonic(Mnemonic.Parse(Phrase));
            return key.Address;
        }
    }

    public static async Task<DevnetWorld> StartAsync(
        BigInteger coins, TimeSpan? blockTime, Func<TopicOptions, TopicOptions>? shape = null)
    {
        var topic = new TopicOptions { Id = new(1), FirstOpening = 20 };
        var chain = await Outpost.Devnet.Devnet.StartAsync(new DevnetOptions
        {
            BlockTime = blockTime,
            GenesisTime = TimeProvider.System.GetUtcNow(),
            Balances = new Dictionary<string, BigInteger> { [Address] = coins },
            Topics = [shape?.Invoke(topic) ?? topic],
        }, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        return new DevnetWorld(chain, FreePort());
    }

    /// <summary>A native configuration for this world.</summary>
    public string Config(string chainId = "outpost-devnet-1", string? rpc = null, int topic = 1, string? roles = null) => $$"""
        {
          "chain": { "id": "{{chainId}}", "endpoints": [ { "rpc": "{{rpc ?? Chain.Rpc.ToString()}}" } ] },
          "key": { "mnemonic": "{{Phrase}}" },
          "topics": [ { "id": {{topic}}, {{roles ?? $"\"inferer\": {At("")}"}} } ],
        }
        """;

    /// <summary>An entrypoint of the configuration.</summary>
    public string At(string path) => $$"""{ "url": "{{ModelUrl}}{{path}}{TopicId}/{BlockHeight}" }""";

    public async ValueTask DisposeAsync()
    {
        _model.Close();
        await _answering;
        await Chain.DisposeAsync();
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await _model.GetContextAsync();
                await using var body = context.Response.OutputStream;
                await body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(
                    Answers.GetValueOrDefault(context.Request.Url!.Segments.ElementAtOrDefault(1)?.Trim('/') ?? "", ModelAnswer)));
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // Disposed: no more answers.
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
