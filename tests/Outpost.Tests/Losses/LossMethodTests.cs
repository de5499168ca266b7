using Outpost.Chains.Allora;
using Outpost.Node.Compute;
using Outpost.Node.Losses;
using static Outpost.Tests.Losses.Numbers;

namespace Outpost.Tests.Losses;

public sealed class LossMethodTests
{
    [Theory]
    [InlineData("sqe", "sqe")]
    [InlineData("mse", "sqe")]
    [InlineData(" MSE ", "sqe")]
    [InlineData("squared_error", "sqe")]
    [InlineData("mae", "abse")]
    [InlineData("abse", "abse")]
    [InlineData("huber", "huber")]
    [InlineData("log_cosh", "logcosh")]
    [InlineData("binary_cross_entropy", "bce")]
    [InlineData("Poisson", "poisson")]
    public void Is_found_by_the_topics_own_name(string topicsName, string name) => Assert.Equal(name, Method(topicsName).Name);

    [Fact]
    public void Names_and_aliases_are_unique()
    {
        var names = LossDefinition.All.SelectMany(definition => definition.Aliases.Prepend(definition.Name)).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Says_what_is_built_in_when_a_name_is_not() => Assert.Equal(
        "there is no loss method 'czar': built in are sqe, abse, huber, logcosh, bce, poisson, ztae, zptae; any other needs a "
        + "loss service",
        Problem("czar", ""));

    [Theory]
    [InlineData("huber", "delt=2", "the loss method huber has no parameter 'delt': it takes delta")]
    [InlineData("mse", "delta=1", "the loss method sqe has no parameter 'delta': it takes none")]
    [InlineData("huber", "Delta=2", "the loss method huber has no parameter 'Delta': it takes delta")]
    [InlineData("ztae", "mean=1", "the loss method ztae needs 'std' (above 0)")]
    [InlineData("ztae", "std=0", "'std' of ztae is 0: above 0 is wanted")]
    [InlineData("ztae", "std=-0.02", "'std' of ztae is -0.02: above 0 is wanted")]
    [InlineData("huber", "delta=nan", "'delta' of huber: NaN is not a number that the chain takes")]
    [InlineData("huber", "delta=inf", "'delta' of huber: an infinity is not a number that the chain takes")]
    [InlineData("zptae", "std=1 beta=1e3", "'beta' of zptae is 1E+3: above 0, at most 100 is wanted")]
    [InlineData("zptae", "std=1 alpha=1.1", "'alpha' of zptae is 1.1: from 0 to 1 is wanted")]
    [InlineData("zptae", "std=0 b=1", "the loss method zptae has no parameter 'b': it takes std, mean, alpha, beta, mse_norm, "
        + "gamma; 'std' of zptae is 0: above 0 is wanted")]
    [InlineData("mse", "loss_method=huber", "'loss_method' is 'huber', and the topic's loss method is 'mse'")]
    public void Names_the_key_of_a_wrong_parameter(string name, string parameters, string problem) =>
        Assert.Equal(problem, Problem(name, parameters));

    [Fact]
    public void Takes_the_options_of_todays_configs_as_they_are() =>
        Assert.Equal("4", Text(Method("huber", "loss_method=huber delta=2").Of(Value("0"), Value("3"))));

    [Theory]
    [InlineData("sqe", "3012.45", "3011.9", "0.3025")]
    [InlineData("sqe", "0", "10", "100")]
    [InlineData("sqe", "0", "1e-7", "1E-14")]
    [InlineData("sqe", "0", "0.12345678901234567891", "0.01524157875323883675265965576774881")]
    [InlineData("sqe", "0", "1e20", "1E+40")]
    [InlineData("abse", "1.50", "-1.25", "2.75")]
    [InlineData("abse", "1e40", "1e-40", "9999999999999999999999999999999999E+6")]
    [InlineData("huber", "0", "1", "0.5")]
    [InlineData("huber", "0", "-2", "1.5")]
    public void Is_exact_until_the_chains_34_digits_end(string name, string truth, string prediction, string loss)
    {
        var result = Method(name).Of(Value(truth), Value(prediction));
        Assert.Equal(Number(loss).Text, Text(result));
    }

    [Theory]
    [InlineData("bce", "1.0000001", "0.5")]
    [InlineData("bce", "-1e-40", "0.5")]
    [InlineData("bce", "0.5", "1.2")]
    [InlineData("bce", "0.5", "-0.2")]
    [InlineData("poisson", "-1e-40", "1")]
    [InlineData("poisson", "1", "-1")]
    public void Is_not_defined_everywhere(string name, string truth, string prediction) =>
        Assert.Equal(LossProblem.OutOfDomain, Fault(Method(name).Of(Value(truth), Value(prediction))));

    [Theory]
    [InlineData("1e30", "-1e30")]
    [InlineData("0", "1e-21")]
    public void Is_out_of_range_where_the_chain_takes_no_such_number(string truth, string prediction) =>
        Assert.Equal(LossProblem.OutOfRange, Fault(Method("sqe").Of(Value(truth), Value(prediction))));

    [Fact]
    public void Is_too_small_where_no_arithmetic_holds_it() => Assert.Equal(
        LossProblem.TooSmall, Fault(Method("ztae", "std=1").Of(Value("1e40"), Value("9e39"))));

    [Fact]
    public void Goes_to_the_edges_of_the_range_without_an_exception()
    {
        string[] edges = ["0", "1e-40", "-1e-40", "1", "-1", "0.5", "1e40", "-1e40", "9.999999999999999999999999999999999e39"];
        string[] methods = ["sqe", "abse", "huber", "logcosh", "bce", "poisson", "ztae", "zptae"];
        string[] spreads = ["1e-40", "1", "1e40"];
        foreach (var name in methods)
        {
            foreach (var parameters in name.StartsWith('z') ? spreads.Select(spread => $"std={spread} mean=1e-40") : [""])
            {
                var method = Method(name, parameters);
                var pairs = edges.SelectMany(truth => edges.Select(prediction => (truth, prediction)));
                foreach (var (truth, prediction) in pairs)
                {
                    var raw = method.RawOf(Value(truth), Value(prediction));
                    var isEqual = truth == prediction && raw.Fault is null && name is not ("bce" or "poisson");
                    Assert.True(!isEqual || raw.Number.IsZero, $"{name} {truth}");
                    Assert.True(!method.IsNeverNegative || raw.Number.Sign >= 0, $"{name} {truth} {prediction}");
                    Assert.IsAssignableFrom<LossResult>(ChainLoss.Of(raw, method.IsNeverNegative, SmallLoss.Refuse));
                }
            }
        }
    }

    [Fact]
    public void Of_labels_is_the_mean_over_them_whatever_their_order() => Assert.Equal(
        "0.025", Text(Method("mse").Of(Labeled("up=0.6 down=0.4"), Labeled("down=0.5 up=0.4"))));

    [Theory]
    [InlineData("up=1 down=0", "up=1", "the inference lacks the label 'down' of the truth")]
    [InlineData("up=1", "up=1 down=0", "the truth lacks the label 'down' of the inference")]
    [InlineData("up=1", "UP=1", "the inference lacks the label 'up' of the truth")]
    public void Wants_equal_labels(string truth, string prediction, string detail)
    {
        var fault = Assert.IsType<LossResult.None>(Method("mse").Of(Labeled(truth), Labeled(prediction))).Fault;
        Assert.Equal(new LossFault(LossProblem.LabelsDiffer, detail), fault);
    }

    [Fact]
    public void Takes_one_label_for_no_scalar()
    {
        Assert.Equal(LossProblem.LabelsDiffer, Fault(Method("mse").Of(Labeled("y=1"), Value("1"))));
        Assert.Equal(LossProblem.LabelsDiffer, Fault(Method("mse").Of(Value("1"), Labeled("y=1"))));
    }

    [Theory]
    [InlineData("", "a value with labels has at least one")]
    [InlineData("up,up", "the label 'up' stands there twice")]
    [InlineData("up, ", "a label has no name")]
    public void Refuses_labels_that_mean_nothing(string labels, string problem)
    {
        var given = labels.Length == 0 ? [] : labels.Split(',').Select(label => new LabeledValue(label, Number("1")));
        Assert.Null(TopicValue.Of(given, out var told));
        Assert.Equal(problem, told);
    }

    [Fact]
    public void A_fault_in_a_label_names_it() => Assert.StartsWith(
        "label 'up': bce", Assert.IsType<LossResult.None>(Method("bce").Of(Labeled("up=1"), Labeled("up=2"))).Fault.Detail);
}
