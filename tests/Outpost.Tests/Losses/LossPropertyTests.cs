using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Outpost.Devnet.Wire;
using Outpost.Node.Compute;
using Outpost.Node.Losses;
using static Outpost.Tests.Losses.Numbers;

namespace Outpost.Tests.Losses;

/// <summary>What holds for all numbers of the chain's format.</summary>
public sealed class LossPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(300);

    public static TheoryData<string, string> OfDistances => new()
    {
        { "sqe", "" }, { "abse", "" }, { "huber", "delta=0.7" }, { "logcosh", "" }, { "ztae", "std=2 mean=0.1" },
        { "zptae", "std=2 mean=0.1" },
    };

    [Theory]
    [MemberData(nameof(OfDistances))]
    public void Is_symmetric_never_negative_and_zero_only_at_the_truth(string name, string parameters)
    {
        var method = Method(name, parameters);
        Check.One(Runs, Prop.ForAll(Arb.From(Decimals(-40, 4)), Arb.From(Decimals(-40, 4)), (one, other) =>
        {
            var loss = Loss(method, one, other);
            return loss.CompareTo(Loss(method, other, one)) == 0
                && loss.Sign == (Wide(one).CompareTo(Wide(other)) == 0 ? 0 : 1)
                && Loss(method, one, one).IsZero;
        }));
    }

    [Theory]
    [MemberData(nameof(OfDistances))]
    public void Grows_with_the_distance_on_one_side_of_the_truth(string name, string parameters)
    {
        var method = Method(name, parameters);
        var triples = from one in Decimals(-6, 1)
                      from two in Decimals(-6, 1)
                      from three in Decimals(-6, 1)
                      select new[] { one, two, three };
        Check.One(Runs, Prop.ForAll(Arb.From(triples), numbers =>
        {
            string[] sorted = [.. numbers.OrderBy(Wide)];
            return Loss(method, sorted[0], sorted[1]).CompareTo(Loss(method, sorted[0], sorted[2])) <= 0
                && Loss(method, sorted[2], sorted[1]).CompareTo(Loss(method, sorted[2], sorted[0])) <= 0;
        }));
    }

    [Fact]
    public void Cross_entropy_is_never_negative_and_least_at_the_truth()
    {
        var method = Method("bce");
        Check.One(Runs, Prop.ForAll(Arb.From(Probabilities()), Arb.From(Probabilities()), (truth, prediction) =>
        {
            var loss = Loss(method, truth, prediction);
            return loss.Sign > 0 && loss.CompareTo(Loss(method, truth, truth)) >= 0;
        }));
    }

    [Fact]
    public void Poisson_is_least_at_the_truth()
    {
        var method = Method("poisson");
        var rates = from number in Decimals(-5, 8) select number.TrimStart('-');
        Check.One(Runs, Prop.ForAll(Arb.From(rates), Arb.From(rates), (truth, prediction) =>
            Loss(method, truth, prediction).CompareTo(Loss(method, truth, truth)) >= 0));
    }

    [Theory]
    [MemberData(nameof(OfDistances))]
    public void Is_submitted_in_the_text_and_range_of_the_chain(string name, string parameters)
    {
        var method = Method(name, parameters);
        Check.One(Runs, Prop.ForAll(Arb.From(Decimals(-40, 4)), Arb.From(Decimals(-40, 4)), (one, other) =>
        {
            var loss = ChainLoss.Of(method.RawOf(Value(one), Value(other)), isLog10: true, SmallLoss.Floor);
            var text = Text(loss);
            return ExactDecimal.TryParse(text, out var exact) && exact.IsWithinBounds && exact.ToCanonicalText() == text
                && exact.Coefficient < BigInteger.Pow(10, 34) && exact.CompareTo(new ExactDecimal(true, 40, 0)) >= 0;
        }));
    }

    [Fact]
    public void The_logarithm_of_a_product_is_the_sum_of_the_logarithms()
    {
        var positive = from number in Decimals(-40, 38) select number.TrimStart('-');
        Check.One(Runs, Prop.ForAll(Arb.From(positive), Arb.From(positive), (one, other) =>
        {
            var sum = WideMath.Ln(Wide(one), 60) + WideMath.Ln(Wide(other), 60);
            var product = WideMath.Ln(Wide(one) * Wide(other), 60);
            return (sum - product).Magnitude.CompareTo(new WideDecimal(1, -56)) < 0;
        }));
    }

    [Fact]
    public void The_exponential_undoes_the_logarithm()
    {
        var below = from number in Decimals(-40, -1) select number.TrimStart('-');
        Check.One(Runs, Prop.ForAll(Arb.From(below), number =>
        {
            var again = WideMath.Exp(WideMath.Ln(Wide(number), 70), 60);
            return (again - Wide(number)).Magnitude.CompareTo(Wide(number) * new WideDecimal(1, -55)) < 0;
        }));
    }

    [Fact]
    public void Sums_differences_and_products_are_those_of_decimal()
    {
        var decimals = from number in Gen.Choose(0, int.MaxValue)
                       from isNegative in Gen.Elements(false, true)
                       from scale in Gen.Choose(0, 9)
                       select new decimal(number, 0, 0, isNegative, (byte)scale);
        Check.One(Runs, Prop.ForAll(Arb.From(decimals), Arb.From(decimals), (one, other) =>
            Same(one + other, Of(one) + Of(other)) && Same(one - other, Of(one) - Of(other))
            && Same(one * other, Of(one) * Of(other)) && one.CompareTo(other) == Math.Sign(Of(one).CompareTo(Of(other)))));
    }

    private static bool Same(decimal expected, WideDecimal actual) => Of(expected).CompareTo(actual) == 0;

    private static WideDecimal Of(decimal number) => Wide(number.ToString(CultureInfo.InvariantCulture));

    private static WideDecimal Loss(LossMethod method, string truth, string prediction)
    {
        var raw = method.RawOf(Value(truth), Value(prediction));
        return raw.Fault is null ? raw.Number : throw new InvalidOperationException(raw.Fault.Detail);
    }

    private static Gen<string> Decimals(int lowest, int highest) =>
        from sign in Gen.Elements("", "-")
        from digits in Digits()
        from exponent in Gen.Choose(lowest, highest)
        select $"{sign}{digits[0]}.{digits[1..]}0e{exponent.ToString(CultureInfo.InvariantCulture)}";

    private static Gen<string> Probabilities() => from digits in Digits() select $"0.{digits}";

    private static Gen<string> Digits() =>
        from length in Gen.Choose(1, 34)
        from first in Gen.Elements("123456789".ToCharArray())
        from rest in Gen.ArrayOf(Gen.Elements("00000123456789".ToCharArray()), length - 1)
        select first + new string(rest);
}
