using System.Globalization;
using System.Text;
using Outpost.Node.Losses;
using Outpost.Tests.Tidy;

namespace Outpost.Tests.Losses;

/// <summary>docs/losses.md is made from the methods themselves.</summary>
public sealed class LossDocsTests
{
    private const string Head = """
        # Losses

        A reputer's node computes the losses of its topics itself; no loss service is needed. The topic's own loss method is
        looked up by name or alias, whatever the case; `reputer.parameters` in the [configuration](configuration.md) holds its
        parameters. This page is made from `src/Outpost.Node/Losses`.

        With the truth *y*, the inference *p* and the error *e = p − y*:

        | method | aliases | loss | submitted as | accuracy |
        |---|---|---|---|---|

        """;

    private const string ParametersHead = """

        ## Parameters
        Named as in `LossMethodOptions` of today's configs. A key that a method does not know is an error, and so is a
        `loss_method` that is not the topic's.

        | method | parameter | range | default |
        |---|---|---|---|

        """;

    private const string Tail = """

        ## Numbers
        Truth and inferences are decimals of the chain (at most 128 characters, zero or magnitudes from 1e-40 to 1e40), and
        nothing passes through binary floating point. Sums, differences and products are exact. Exponentials and logarithms
        are computed to 54 digits or more; where two numbers next to each other are subtracted, to as many as the difference
        needs. A result that is not exact is rounded to 44 digits. Then the 35th and later digits are cut off, as the
        chain's own arithmetic does, the logarithm is taken of what remains, rounded and cut in the same way.

        {count} losses and their logarithms are held, to the last of the 34 digits, against numbers that mpmath computed.

        ## What is no loss
        An end with a reason, never an exception and never another number in its place.

        | what | reason |
        |---|---|
        | values that the method is not defined for (`bce` outside 0 to 1, `poisson` below 0) | `OutOfDomain` |
        | a loss of 0 where its logarithm is wanted | `LogOfZero` |
        | a loss below 0 where a service said that there is none | `Negative` |
        | what is submitted is neither 0 nor of a magnitude from 1e-40 to 1e40 | `OutOfRange` |
        | the loss is not 0 and below 1e-100000 (`ztae` more than some 115,000 standard deviations from the mean) | `TooSmall` |
        | labels that differ | `LabelsDiffer` |
        | a service that gave no number: unreachable, late, an error, NaN, an infinity | `Service` |

        NaN and infinities are refused where a truth or an inference is read, so no built-in method meets one.

        ## A loss of 0
        Reputers submit log10 of a loss that is never negative, and the logarithm of 0 is no number. Today's Go node then
        sends no bundle: one inference that equals the truth costs the reputer its epoch. That is a defect, and followed
        only where `"smallLoss": "refuse"` is chosen. `"floor"`, the default, takes each loss below 1e-40, the least number that
        the chain takes, for 1e-40, so that nothing ranks before a perfect inference, and says of which fields.

        Where today's Python library (allora-sdk-py) differs, this page holds: its `bce` is infinite for a certain and wrong
        inference and 0 for a certain and right one, so that no bundle could be sent in either case; its `logcosh` is 0 for
        errors below some 1e-8, and its `ztae` some twenty standard deviations from the mean, by rounding.

        ## Topics with labels
        Truth and inference must have the same labels; their order means nothing. The loss is the mean of the labels'
        losses. No public text says how topics with labels combine them: where a topic's reputers have agreed on another
        way, use their loss service.

        ## A loss service
        Named by `reputer.service.url`, or `labeledUrl` for a topic with labels. Any service with the routes of today's
        works, `POST /calculate` and `POST /is_never_negative`. Equal inferences are asked for once, up to 64 requests
        (settable) are under way at a time, each attempt has a time limit, and whether its losses are never negative is
        asked once.

        """;

    private static string Count => Repository.Read(LossVectorTests.Vectors).Split('\n')
        .Count(line => line.Contains('|') && !line.StartsWith('#')).ToString(CultureInfo.InvariantCulture);

    [Fact]
    public void The_page_of_losses_is_fresh()
    {
        var text = new StringBuilder(Head);
        foreach (var definition in LossDefinition.All)
        {
            var aliases = string.Join(", ", definition.Aliases.Select(alias => $"`{alias}`"));
            var submitted = definition.IsNeverNegative ? "log10" : "it is";
            text.Append(null, $"| `{definition.Name}` | {aliases} | {definition.Formula} | {submitted} | {definition.Accuracy} |\n");
        }

        text.Append(ParametersHead);
        foreach (var definition in LossDefinition.All)
        {
            foreach (var parameter in definition.Parameters)
            {
                text.Append(null, $"| `{definition.Name}` | `{parameter.Name}` | {parameter.Range} | {parameter.Default ?? "to be given"} |\n");
            }
        }

        var file = Path.Combine(Repository.Root, "docs/losses.md");
        var page = text.Append(Tail.Replace("{count}", Count, StringComparison.Ordinal)).ToString();
        if (Environment.GetEnvironmentVariable("OUTPOST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, page);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == page,
            "docs/losses.md is stale: run OUTPOST_UPDATE_DOCS=1 ./test and commit what it writes.");
    }
}
