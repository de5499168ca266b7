using Outpost.Sdk.Evm;

namespace Outpost.Chains.Evm;

/// <summary>
/// Many calls as one, through the contract Multicall3, which has the same address on every chain that has it
/// (multicall3.com). All of them see one state.
/// </summary>
internal static class Multicall
{
    // Providers bound the gas of a call: some 500 plain reads stay far below the smallest bound seen (50 million).
    private const int MostCalls = 500;

    private static readonly EvmAddress Contract = EvmAddress.Parse("0xca11bde05977b3631167028862be2a173976ca11");

    private static readonly AbiFunction Aggregate = AbiFunction.Parse(
        "aggregate3((address target, bool allowFailure, bytes callData)[])((bool success, bytes returnData)[])");

    public static async Task<IReadOnlyList<CallResult>> CallAllAsync(
        EvmClient client, IReadOnlyList<(EvmCall Call, BlockId Block)> calls, CancellationToken cancellationToken)
    {
        var parts = calls.Index().GroupBy(one => one.Item.Block)
            .SelectMany(group => group.Chunk(group.Key.Number >= client.Options.MulticallFrom ? MostCalls : 1))
            .ToArray();
        var answers = await client.CallEachAsync(
            [.. parts.Select(part => part is [var alone] ? alone.Item : (Joined(part), part[0].Item.Block))],
            cancellationToken);
        var results = new CallResult[calls.Count];
        foreach (var (part, answer) in parts.Zip(answers))
        {
            // Out of gas together is not out of gas alone.
            var own = part.Length == 1 ? [answer]
                : Read(answer, part.Length)
                    ?? await client.CallEachAsync([.. part.Select(one => one.Item)], cancellationToken);
            foreach (var ((index, _), result) in part.Zip(own))
            {
                results[index] = result;
            }
        }

        return results;
    }

    private static EvmCall Joined((int Index, (EvmCall Call, BlockId Block) Item)[] part)
    {
        object[] entries =
        [
            .. part.Select(object (one) => new object[] { one.Item.Call.To, true, one.Item.Call.Data.ToArray() }),
        ];
        return new EvmCall(Contract, Aggregate.Encode([entries]));
    }

    /// <summary>Null when the contract did not answer for each call.</summary>
    private static IReadOnlyList<CallResult>? Read(CallResult answer, int count)
    {
        if (answer is not CallResult.Returned { Data: var data } || data.Length == 0)
        {
            return null;
        }

        object[] entries;
        try
        {
            entries = (object[])Aggregate.Decode(data.Span)[0];
        }
        catch (FormatException)
        {
            // Another contract has this address here.
            return null;
        }

        return entries.Length == count ? [.. entries.Cast<object[]>().Select(Result)] : null;
    }

    private static CallResult Result(object[] entry)
    {
        var bytes = (byte[])entry[1];
        return (bool)entry[0]
            ? new CallResult.Returned(bytes)
            : new CallResult.Reverted(bytes, "the call reverted inside of Multicall3");
    }
}
