using System.Text;

namespace Outpost.App.Settings;

/// <summary>Writes docs/configuration.md from the settings, so that the two cannot differ.</summary>
internal static class ConfigurationDocument
{
    /// <summary>A full example; a test holds it against 'outpost check'.</summary>
    public const string Example = """
        {
          "chain": {
            "id": "allora-testnet-1",
            "endpoints": [
              { "rpc": "https://allora-rpc.testnet.allora.network" },
              { "lcd": "https://allora-api.testnet.allora.network" },
              { "grpc": "allora-grpc.testnet.allora.network:443" },
            ],
            "attemptTimeout": "5s",
          },
          "key": { "name": "main", "passphraseFile": "passphrase.txt" },
          "lane": {
            "gasAdjustment": 1.3,
            "gasPriceUallo": "auto",
            "gasPriceMaxAge": "30s",
            "maxFeeUallo": 50000000,
            "submits": true,
          },
          "topics": [
            {
              "id": 1,
              "inferer": {
                "url": "http://127.0.0.1:8000/inference/{TopicId}/{BlockHeight}?token={Token}",
                "timeout": "15s",
                "retryDelay": "1s",
                "ahead": false,
                "variables": { "Token": "ETH" },
                "fallback": { "command": ["python3", "models/simple.py"], "timeout": "5s" },
                "lastValue": "30m",
                "sanity": { "factor": 3, "act": "stop" },
              },
            },
            {
              "id": 2,
              "inferer": { "module": "models/Price.dll", "type": "Price.Trend", "settings": { "blocks": 96 } },
              "forecaster": { "command": ["python3", "models/forecast.py"] },
            },
            {
              "id": 3,
              "reputer": {
                "truth": { "url": "http://127.0.0.1:8000/truth/{TopicId}/{BlockHeight}" },
                "minStakeUallo": 1000000000000000000,
                "parameters": { "std": "12.5" },
                "smallLoss": "floor",
              },
            },
          ],
          "journal": "outpost.db",
        }
        """;

    public static string Write()
    {
        var text = new StringBuilder();
        text.Append("""
            # Configuration

            <!-- Made from src/Outpost.App/Settings: OUTPOST_UPDATE_DOCS=1 ./test -class '*Documentation*' -->

            One JSON file, with comments and trailing commas allowed. It is read strictly: an unknown key is refused,
            and all problems are shown at once, one line each, with the path of the key and what to write instead.
            `outpost check --config FILE` shows what was understood and probes all that the file names; with
            `--offline` it only reads.

            Where it is looked for, first found wins: `--config FILE`; the file that `OUTPOST_CONFIG` names;
            `ALLORA_OFFCHAIN_NODE_CONFIG_JSON` (the configuration itself); the file that
            `ALLORA_OFFCHAIN_NODE_CONFIG_FILE_PATH` names; `outpost.json` in the working directory. Relative paths in
            a file start from the folder of the file. A duration is a number with `ms`, `s`, `m` or `h`.

            ## A full example

            ```json

            """);
        text.Append(Example).Append("\n```\n\n## Every key\n\n");
        text.Append("| key | takes | default | meaning |\n|---|---|---|---|\n");
        text.AppendJoin("", NativeSettings.All.Select(setting => setting.Row));

        text.Append("""

            Each member of `chain.endpoints` holds one of `rpc`, `lcd` and `grpc`; their order is the order of
            preference. `key` holds one of `name`, `mnemonicFile` and `mnemonic`. An entrypoint holds one of `url`,
            `module` and `command`; [entrypoints](entrypoints.md) tells what each is asked and answers. A topic has an
            `inferer`, a `forecaster`, a `reputer`, or several of them; forecasts of an inferer go beside its
            inferences. A reputer's losses are built in ([losses](losses.md)), unless `reputer` holds a `loss` or a
            `service`.

            ## Environment

            Every key that holds a single value can be overridden: `OUTPOST__`, then the path in capitals with `__`
            for each dot, and the place in a list counted from 0. A variable that names no setting is refused. An
            override works in the same way over the files of other nodes, under the names of this page.

            | variable | overrides |
            |---|---|

            """);
        foreach (var setting in NativeSettings.All.Where(setting => setting.IsOverridable))
        {
            var more = setting.Takes == NativeSettings.InfererVariables.Takes ? "__NAME" : "";
            text.Append($"| `{setting.EnvironmentName}{more}` | `{setting.Path}` |\n");
        }

        text.Append("""

            What stands here of `INFERER` holds for `FORECASTER`, `REPUTER__TRUTH` and `REPUTER__LOSS` too, where the
            file has them and as far as they take the key. `OUTPOST_PASSPHRASE` opens the key of `key.name`.
            `OUTPOST_HOME` is where the key store lies (default `~/.outpost`).

            ## Files of other nodes

            `config.json` of the Go node (allora-offchain-node) and of the Python node (allora_offchain_node_py) are
            recognised by their content and read as they are; `outpost check` says what was made of each key. Keys
            without a meaning here are named in a note. A worker and a reputer of one topic become one topic. The loss
            service of a file is asked as before; `OUTPOST__TOPICS__N__REPUTER__SERVICE__URL=builtin` does without it.

            | Go node | here |
            |---|---|
            | `wallet.nodeRpcs`, `nodeRpc`, `nodeGrpcs`, `grpcInsecure` | `chain.endpoints`, `chain.grpcInsecure` |
            | `wallet.chainId` | `chain.id`; learned from the first endpoint when it is missing |
            | `wallet.addressRestoreMnemonic` | `key.mnemonic`; if empty, `addressKeyName` is the `key.name` |
            | `wallet.gasAdjustment`, `gasPrices` | `lane.gasAdjustment`, `gasPriceUallo` |
            | `wallet.gasPriceUpdateInterval` | `lane.gasPriceMaxAge` |
            | `wallet.maxFees`, `feeGranterAddress`, `submitTx` | `lane.maxFeeUallo`, `feeGranter`, `submits` |
            | `worker[].topicId`, `reputer[].topicId` | `topics[].id` |
            | `parameters.InferenceEndpoint`, `LabeledInferenceEndpoint` | `inferer.url`, `labeledUrl` |
            | `parameters.ForecastEndpoint` | `forecaster.url` |
            | other members of `worker[].parameters` | `inferer.variables`, `forecaster.variables` |
            | `groundTruthParameters.GroundTruthEndpoint` | `reputer.truth.url` |
            | `groundTruthParameters.LabeledGroundTruthEndpoint` | `reputer.truth.labeledUrl` |
            | `parameters.SourceOfTruthEndpoint` (2024) | `reputer.truth.url` |
            | other members of `groundTruthParameters` | `reputer.truth.variables` |
            | `lossFunctionParameters.LossFunctionService` | `reputer.service.url` |
            | `lossFunctionParameters.LabeledLossFunctionService` | `reputer.service.labeledUrl` |
            | `lossFunctionParameters.IsNeverNegative` | `reputer.service.isNeverNegative` |
            | `lossFunctionParameters.LossMethodOptions` | `reputer.parameters` |
            | `minStake` | `reputer.minStakeUallo`, 0 when it is missing |
            | `inferenceEntrypointName`, `forecastEntrypointName` | where one is empty, its endpoint is not asked |
            | `groundTruthEntrypointName`, `lossFunctionEntrypointName` | likewise |

            | Python node | here |
            |---|---|
            | `api_params.api_url` | `chain.endpoints[0].lcd` |
            | `seed_phrase` | `key.mnemonic` |
            | `gas_adjustment` | `lane.gasAdjustment`, 1.5 when it is missing |
            | `topics[].topic_id`, `inference_url` | `topics[].id`, `inferer.url` |

            """);
        return text.ToString();
    }
}
