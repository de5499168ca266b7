using System.Text;

namespace Outpost.Devnet.Evm;

/// <summary>Multicall3 (aggregate3) before other contracts, from some block on; null: it is never there.</summary>
internal sealed class Multicall3(IContracts contracts, long? from) : IContracts
{
    /// <summary>Its address on every chain that has it.</summary>
    public const string Address = "0xca11bde05977b3631167028862be2a173976ca11";

    // aggregate3((address,bool,bytes)[])
    private const string Selector = "82ad56cb";

    public int TransactionsOf(EvmBlock block) => contracts.TransactionsOf(block);

    public IReadOnlyList<ChainLog> LogsOf(EvmBlock block) => contracts.LogsOf(block);

    public CallEnd Call(string to, string data, EvmBlock block) =>
        to != Address ? contracts.Call(to, data, block)
        : from is null || block.Number < from ? CallEnd.Returned("")
        : Aggregate(data, block);

    private CallEnd Aggregate(string data, EvmBlock block)
    {
        if (!data.StartsWith(Selector, StringComparison.Ordinal))
        {
            return CallEnd.Reverted();
        }

        var words = data[Selector.Length..];
        var list = 2 * Words.Number(words, 0);
        var size = Words.Number(words, list);
        var entries = list + Words.Digits;
        var (heads, tails) = (new StringBuilder(), new StringBuilder());
        for (var index = 0; index < size; index++)
        {
            var entry = entries + (2 * Words.Number(words, entries + (index * Words.Digits)));
            var mayFail = Words.Number(words, entry + Words.Digits) == 1;
            var bytes = entry + (2 * Words.Number(words, entry + (2 * Words.Digits)));
            var input = words.Substring(bytes + Words.Digits, 2 * Words.Number(words, bytes));
            var end = contracts.Call(Words.AddressAt(words, entry), input, block);
            if (end.IsReverted && !mayFail)
            {
                return CallEnd.Reverted();
            }

            heads.Append(Words.Of((size * 32) + (tails.Length / 2)));
            tails.Append(Words.Of(end.IsReverted ? 0 : 1)).Append(Words.Of(64))
                .Append(Words.Of(end.Data.Length / 2)).Append(Words.Padded(end.Data));
        }

        return CallEnd.Returned(Words.Of(32) + Words.Of(size) + heads + tails);
    }
}
