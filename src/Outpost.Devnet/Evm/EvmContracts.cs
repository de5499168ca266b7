using System.Globalization;
using System.Text;
using Outpost.Sdk.Evm;

namespace Outpost.Devnet.Evm;

/// <summary>
/// What the devnet's contracts do: in each block some of them emit logs, and a call answers with what depends on the
/// contract, the call and the block. All of it follows from the block's hash.
/// </summary>
internal sealed class EvmContracts(int count, long? multicallFrom)
{
    /// <summary>The address of Multicall3 on every chain that has it.</summary>
    public const string Multicall = "0xca11bde05977b3631167028862be2a173976ca11";

    private const int WordDigits = 64;
    private const int MostLogs = 6;

    // aggregate3((address,bool,bytes)[])
    private const string AggregateSelector = "82ad56cb";

    /// <summary>keccak256 of Sync(uint112,uint112), of which all logs are.</summary>
    public static string SyncTopic { get; } =
        "0x" + Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes("Sync(uint112,uint112)")));

    /// <summary>Calls of a contract that ends in these digits revert.</summary>
    public const string RevertingEnd = "dead";

    /// <summary>Error(string) with the text "no".</summary>
    public static string RevertData { get; } = "08c379a0" + Word(32) + Word(2) + "6e6f" + new string('0', 60);

    /// <summary>The address of a contract, from 0.</summary>
    public static string AddressOf(int index) =>
        "0x" + (index + 1).ToString("x40", CultureInfo.InvariantCulture);

    /// <summary>In the order in which they were emitted.</summary>
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
                AddressOf(block.Digest[index + 1] % count), [SyncTopic],
                "0x" + Word(block.Digest[index + 8]) + Word((block.Digest[index + 16] << 8) + index));
        }

        return logs;
    }

    /// <summary>What a call returns, without 0x; null: it reverts.</summary>
    /// <param name="to">Lower case, with 0x.</param>
    /// <param name="data">Lower case, without 0x.</param>
    public string? Call(string to, string data, EvmBlock block)
    {
        if (to == Multicall)
        {
            return block.Number < multicallFrom || multicallFrom is null ? "" : Aggregate(data, block);
        }

        return to.EndsWith(RevertingEnd, StringComparison.Ordinal)
            ? null
            : Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(to + data + block.Hash)));
    }

    private string? Aggregate(string data, EvmBlock block)
    {
        if (!data.StartsWith(AggregateSelector, StringComparison.Ordinal))
        {
            return null;
        }

        var words = data[AggregateSelector.Length..];
        var list = 2 * Number(words, 0);
        var size = Number(words, list);
        var entries = list + WordDigits;
        var (heads, tails) = (new StringBuilder(), new StringBuilder());
        for (var index = 0; index < size; index++)
        {
            var entry = entries + (2 * Number(words, entries + (index * WordDigits)));
            var target = string.Concat("0x", words.AsSpan(entry + 24, 40));
            var mayFail = Number(words, entry + WordDigits) == 1;
            var bytes = entry + (2 * Number(words, entry + (2 * WordDigits)));
            var result = Call(target, words.Substring(bytes + WordDigits, 2 * Number(words, bytes)), block);
            if (result is null && !mayFail)
            {
                return null;
            }

            heads.Append(Word((size * 32) + (tails.Length / 2)));
            var answer = result ?? RevertData;
            tails.Append(Word(result is null ? 0 : 1)).Append(Word(64)).Append(Word(answer.Length / 2)).Append(answer)
                .Append('0', (WordDigits - (answer.Length % WordDigits)) % WordDigits);
        }

        return Word(32) + Word(size) + heads + tails;
    }

    private static int Number(string words, int at) =>
        int.Parse(words.AsSpan(at, WordDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static string Word(int number) => number.ToString("x64", CultureInfo.InvariantCulture);
}
