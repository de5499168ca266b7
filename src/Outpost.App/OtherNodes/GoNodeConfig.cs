using System.Text.Json;
using System.Text.Json.Nodes;
using Outpost.App.Settings;

namespace Outpost.App.OtherNodes;

/// <summary>
/// Translates config.json of allora-offchain-node into the native format. Its newest generation is meant; older
/// ones, with a single nodeRpc and without a chain id, are understood as far as their keys still have a meaning.
/// </summary>
internal sealed class GoNodeConfig(SettingsSource source)
{
    private static readonly string[] IdleWalletKeys =
    [
        "address", "addressAccountPassphrase", "alloraHomeDir", "keyringBackend", "keyringPassphrase", "gas", "baseGas",
        "gasPerByte", "simulateGasFromStart", "maxRetries", "minDelay", "maxDelay", "delay", "retryDelay",
        "accountSequenceRetryDelay", "launchRoutineDelay", "blockDurationEstimated", "windowCorrectionFactor",
        "registrationWaitingBlocks", "submissionJitter", "timeoutRPCSecondsQuery", "timeoutRPCSecondsTx",
        "timeoutRPCSecondsRegistration", "timeoutHTTPConnection", "earlyArrivalPercent", "lateArrivalPercent",
        "loopWithinWindowSeconds",
    ];

    /// <summary>The same in the native format; what is worth saying stands among the source's notes.</summary>
    public JsonElement Translate(JsonElement root)
    {
        var top = new LooseObject(root, "", ignoresCase: true);
        var wallet = new LooseObject(top["wallet"], top.At("wallet"), ignoresCase: true);
        var native = new JsonObject
        {
            ["chain"] = Chain(wallet),
            ["key"] = Key(wallet),
            ["lane"] = Lane(wallet),
            ["topics"] = new GoNodeTopics(source).Translate(top),
        };
        NoteIdle(wallet.Given(IdleWalletKeys).Select(wallet.At));
        wallet.NoteUnknown(source);
        top.NoteUnknown(source);
        return JsonSerializer.SerializeToElement(native);
    }

    private JsonObject Chain(LooseObject wallet)
    {
        var endpoints = new JsonArray();
        void Add(string kind, JsonElement? url, string writtenPath)
        {
            if (url is not { } given)
            {
                return;
            }

            source.WrittenAs($"chain.endpoints[{endpoints.Count}].{kind}", writtenPath);
            endpoints.Add(new JsonObject { [kind] = JsonNode.Parse(given.GetRawText()) });
        }

        foreach (var (url, i) in wallet.List("nodeRpcs").Select((url, i) => (url, i)))
        {
            Add("rpc", url, $"{wallet.At("nodeRpcs")}[{i}]");
        }

        if (endpoints.Count == 0 && wallet.Text("nodeRpc").Length > 0)
        {
            Add("rpc", wallet["nodeRpc"], wallet.At("nodeRpc"));
        }

        foreach (var (url, i) in wallet.List("nodeGrpcs").Select((url, i) => (url, i)))
        {
            Add("grpc", url, $"{wallet.At("nodeGrpcs")}[{i}]");
        }

        source.WrittenAs("chain.endpoints", wallet.At("nodeRpcs"));
        source.WrittenAs("chain.id", wallet.At("chainId"));
        var chain = new JsonObject { ["endpoints"] = endpoints };
        if (wallet.Text("chainId") is { Length: > 0 } id)
        {
            chain["id"] = id;
        }

        if (wallet["grpcInsecure"] is { ValueKind: JsonValueKind.True })
        {
            chain["grpcInsecure"] = true;
        }

        return chain;
    }

    private JsonObject Key(LooseObject wallet)
    {
        source.WrittenAs("key", wallet.At("addressRestoreMnemonic"));
        source.WrittenAs("key.mnemonic", wallet.At("addressRestoreMnemonic"));
        source.WrittenAs("key.name", wallet.At("addressKeyName"));
        var name = wallet.Text("addressKeyName");
        if (wallet.Text("addressRestoreMnemonic") is { Length: > 0 } mnemonic)
        {
            return new JsonObject { ["mnemonic"] = mnemonic };
        }

        if (name.Length == 0)
        {
            return [];
        }

        source.Note(NoteKind.Warning, "key.name", $"the keyring of the Go node is not read: the key comes from "
            + $"Outpost's key store under \"{name}\"; if it is not there yet, run 'outpost keys import {name}'");
        return new JsonObject { ["name"] = name };
    }

    private JsonObject Lane(LooseObject wallet)
    {
        source.WrittenAs("lane.gasAdjustment", wallet.At("gasAdjustment"));
        source.WrittenAs("lane.gasPriceUallo", wallet.At("gasPrices"));
        source.WrittenAs("lane.gasPriceMaxAge", wallet.At("gasPriceUpdateInterval"));
        source.WrittenAs("lane.maxFeeUallo", wallet.At("maxFees"));
        source.WrittenAs("lane.feeGranter", wallet.At("feeGranterAddress"));
        source.WrittenAs("lane.submits", wallet.At("submitTx"));
        var lane = new JsonObject { ["submits"] = wallet["submitTx"] is { ValueKind: JsonValueKind.True } };
        AddGas(wallet, lane);
        if (LooseNumber.Value(wallet["maxFees"]) == 0)
        {
            source.Note(NoteKind.Warning, "lane.maxFeeUallo", "0 would forbid every fee and is taken as no cap");
        }
        else if (LooseNumber.Of(wallet["maxFees"]) is { } cap)
        {
            lane["maxFeeUallo"] = cap;
            source.Note(NoteKind.Ignored, "lane.maxFeeUallo", "is a firm cap here: no transaction ever pays more "
                + "(the Go node looks at it only after a refusal)");
        }

        if (wallet.Text("feeGranterAddress") is { Length: > 0 } granter)
        {
            lane["feeGranter"] = granter;
        }

        return lane;
    }

    private void AddGas(LooseObject wallet, JsonObject lane)
    {
        var adjustment = LooseNumber.Value(wallet["gasAdjustment"]);
        if (adjustment is > 0 and < 1)
        {
            source.Note(NoteKind.Warning, "lane.gasAdjustment", "below 1 every transaction would run out of gas; 1 is taken");
            lane["gasAdjustment"] = 1;
        }
        else if (adjustment is not 0 && LooseNumber.Of(wallet["gasAdjustment"]) is { } given)
        {
            lane["gasAdjustment"] = given;
        }

        if (LooseNumber.Value(wallet["gasPrices"]) == 0)
        {
            source.Note(NoteKind.Warning, "lane.gasPriceUallo", "0 is refused by the chain; \"auto\" is taken");
        }
        else if (wallet["gasPrices"] is not { ValueKind: JsonValueKind.String } text || text.GetString()!.Trim().Length > 0)
        {
            lane["gasPriceUallo"] = LooseNumber.Of(wallet["gasPrices"]);
        }

        if (LooseNumber.Value(wallet["gasPriceUpdateInterval"]) is >= 1 and var seconds)
        {
            lane["gasPriceMaxAge"] = $"{decimal.Truncate(seconds)}s";
        }
    }

    private void NoteIdle(IEnumerable<string> paths)
    {
        var list = string.Join(", ", paths);
        if (list.Length > 0)
        {
            source.Note(NoteKind.Ignored, list,
                "not needed here: gas is simulated, block times are learned, and retries end with the window");
        }
    }
}
