using System.Text;
using System.Text.Json;

namespace Outpost.Tests.Evm;

/// <summary>JSON-RPC by hand, for what a client of ours would not let through.</summary>
internal static class EvmWire
{
    /// <summary>The result of one call; its error where there is one.</summary>
    /// <param name="parameters">JSON, without the brackets around it.</param>
    public static async Task<JsonElement> CallAsync(HttpMessageInvoker http, Uri url, string method, string parameters)
    {
        var text = await PostAsync(http, url, $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":[{{parameters}}]}""");
        using var document = JsonDocument.Parse(text);
        return (document.RootElement.TryGetProperty("result", out var result) ? result : document.RootElement.GetProperty("error")).Clone();
    }

    /// <summary>The text that answers a text.</summary>
    public static async Task<string> PostAsync(HttpMessageInvoker http, Uri url, string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(text, Encoding.UTF8, "application/json"),
        };
        using var reply = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
