using System.Globalization;
using System.Text;
using Outpost.Sdk.Evm;

namespace Outpost.Devnet.Evm;

/// <summary>
/// Contracts without a meaning: in each block some of them emit logs, and a call answers with what depends on the
/// contract, the call and the block. All of it follows from the block's hash.
/// </summary>
internal sealed class EvmContracts(int count) : IContracts
{
    private const int MostLogs = 6;

    /// <summary>Calls of a contract that ends in these digits revert.</summary>
    private const string RevertingEnd = "dead";

    /// <summary>keccak256 of Sync(uint112,uint112), of which all logs are.</summary>
    public static string SyncTopic { get; } =
        "0x" + Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes("Sync(uint112,uint112)")));

    /// <summary>Error(string) with the text "no".</summary>
    private static string RevertData { get; } = "08c379a0" + Words.Of(32) + Words.Text("no");

    /// <summary>The address of a contract, from 0.</summary>
    public static string AddressOf(int index) =>
        "0x" + (index + 1).ToString("x40", CultureInfo.InvariantCulture);

    public int TransactionsOf(EvmBlock block) => LogsOf(block).Count > 0 ? 1 : 0;

    public IReadOnlyList<ChainLog> LogsOf(EvmBlock block)
    {
        if (count == 0 || block.Number == 0)
        {
            return [];
        }

        var logs = new ChainLog[block.Digest[0] % MostLogs];
        for (var index = 0; index < logs.Length; index++)
        {
            logs[index] = new ChainLog(
                0, AddressOf(block.Digest[index + 1] % count), [SyncTopic],
                Words.Of((int)block.Digest[index + 8]) + Words.Of((block.Digest[index + 16] << 8) + index));
        }

        return logs;
    }

    public CallEnd Call(string to, string data, EvmBlock block) =>
        to.EndsWith(RevertingEnd, StringComparison.Ordinal)
            ? CallEnd.Reverted(RevertData)
            : CallEnd.Returned(
                Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(to + data + block.Hash))));
}
