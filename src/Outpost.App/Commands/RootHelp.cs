namespace Outpost.App.Commands;

/// <summary>What 'outpost --help' prints.</summary>
internal static class RootHelp
{
    public const string Text = """
        Outpost is an off-chain node for Allora: it sees the windows of your topics open, asks your model, signs its
        answer, sends it in time and makes sure that it was included. For every window it can say what became of it.

        Usage: outpost COMMAND [options]        outpost COMMAND --help says more

        Try it
          demo      A chain, a model and a node in one process, with a live view of what happens
          devnet    Only the chain: an Allora chain in memory for your own tests, with a faucet
          simulate  The node through months of faults in minutes, each window judged by the chain's side

        Run it
          keys      Make, import and show the keys that sign, kept in encrypted files
          check     Read a configuration, say what was understood, and probe all that it names
          try       Ask a topic's entrypoint once and show what came of it; needs no chain and no key
          run       Serve what a configuration asks for, topics and snapshots, until it is stopped
          duties    List what became of each window, tell the story of one, and explain a reason
          endpoints Show how the running node's endpoints are doing, take one out and put it back

        Agree on snapshots
          snapshot    Compute one epoch as a snapshotter does, and show it; 'outpost run' serves all of them
          consensus   Release epochs, take the snapshots of many nodes, and finalize what they agree on
          snapshotter Add, list, limit and disable those who may vote
          verify      Check a verdict or a proof that a consensus service exported, offline

        Options
          --help, -h, -?    This text
          --version         The version

        Examples
          outpost demo
          outpost keys new main
          outpost check --config samples/configs/testnet.json
          outpost try --config samples/configs/process.json --topic 1
          outpost run --config samples/configs/testnet.json
          outpost duties --config samples/configs/testnet.json --since 24h
          outpost check --config ~/allora-offchain-node/config.json

        Configuration
          --config FILE, else the file that OUTPOST_CONFIG names, else what the Go node reads
          (ALLORA_OFFCHAIN_NODE_CONFIG_JSON, ALLORA_OFFCHAIN_NODE_CONFIG_FILE_PATH), else ./outpost.json.
          Outpost's own format, the Go node's config.json and the Python node's are told apart by their content.
          OUTPOST__CHAIN__ID and its like override single keys: see docs/configuration.md.
          Keys are kept in ~/.outpost/keys, or under OUTPOST_HOME; OUTPOST_PASSPHRASE opens them.

        Exit codes
          0    done, or stopped on request (Ctrl-C, SIGTERM, the end of --for)
          1    something failed; the last line says what
          2    the configuration or the command line is wrong; nothing was started
          3    demo or run with --json or --for: a window was missed, or none was included;
               simulate: a promise was broken
          130  interrupted before there was a result, or at once by a second Ctrl-C (143: by a second SIGTERM)

        """;
}
