using Outpost.Chains.Allora;
using Outpost.Chains.Wire;
using Outpost.Node.Compute;
using Outpost.Node.Losses;
using static Outpost.Tests.Losses.Numbers;

namespace Outpost.Tests.Losses;

public sealed class LossBundleTests
{
    private static readonly ValueBundle<TopicValue> Inferences = new(
        Value("3"), Value("4"),
        [new("a", Value("12")), new("b", Value("1")), new("c", Value("102"))], [new("f", Value("3"))],
        [new("a", Value("5")), new("b", Value("3"))], [new("f", Value("6"))], [new("f", Value("7"))],
        [new("f", [new("a", Value("8")), new("b", Value("9"))]), new("g", [new("a", Value("10"))])]);

    [Fact]
    public void Has_the_logarithm_of_every_fields_loss_in_the_chains_order()
    {
        var losses = Complete(LossBundle.Of(Method("abse"), Value("2"), Inferences, SmallLoss.Refuse)).Losses;
        Assert.Equal("0", losses.Combined.Text);
        Assert.Equal("0.301029995663981195213738894724493", losses.Naive.Text);
        Assert.Equal(["a 1", "b 0", "c 2"], losses.Inferers.Select(Line));
        Assert.Equal(["f 0"], losses.Forecasters.Select(Line));
        Assert.Equal(["a 0.4771212547196624372950279032551153", "b 0"], losses.OneOutInferers.Select(Line));
        Assert.Equal(["f 0.602059991327962390427477789448986"], losses.OneOutForecasters.Select(Line));
        Assert.Equal(["f 0.6989700043360188047862611052755069"], losses.OneInForecasters.Select(Line));
        Assert.Equal(["f", "g"], losses.OneOutInfererForecasters.Select(of => of.Worker));
        Assert.Equal(
            ["a 0.7781512503836436325087667979796083", "b 0.8450980400142568307122162585926361"],
            losses.OneOutInfererForecasters[0].Value.Select(Line));
    }

    [Fact]
    public void Takes_no_logarithm_of_losses_that_may_be_negative()
    {
        var bundle = Of(Value("1"), Value("0.5"));
        var losses = Complete(LossBundle.Of(Method("poisson"), Value("0"), bundle, SmallLoss.Refuse)).Losses;
        Assert.Equal(("1", "0.5"), (losses.Combined.Text, losses.Naive.Text));
    }

    [Fact]
    public void Knows_the_bundles_of_a_young_topic_whose_lists_are_empty()
    {
        var losses = Complete(LossBundle.Of(Method("mse"), Value("2"), Of(Value("1"), Value("3")), SmallLoss.Refuse)).Losses;
        Assert.Equal(("0", "0"), (losses.Combined.Text, losses.Naive.Text));
        Assert.Empty(losses.OneOutInferers);
    }

    [Fact]
    public void Names_each_field_whose_loss_has_no_logarithm()
    {
        var result = LossBundle.Of(Method("mse"), Value("3"), Inferences, SmallLoss.Refuse);
        var faults = Assert.IsType<LossBundle.None>(result).Faults;
        Assert.Equal(
            ["combined_value", "forecaster_values f", "one_out_inferer_values b"],
            faults.Select(fault => fault.Detail.Split(':')[0]));
        Assert.All(faults, fault => Assert.Equal(LossProblem.LogOfZero, fault.Problem));
    }

    [Fact]
    public void Sets_losses_that_are_too_small_to_the_least_of_the_chain_and_says_so_where_that_is_wanted()
    {
        // Of these the error is 0 and 1e-25: neither may rank before the other by more than the floor.
        var bundle = Of(Value("3"), Value("3.0000000000000000000000001"));
        var complete = Complete(LossBundle.Of(Method("mse"), Value("3"), bundle, SmallLoss.Floor));
        Assert.Equal(("-40", "-40"), (complete.Losses.Combined.Text, complete.Losses.Naive.Text));
        Assert.Equal(["combined_value", "naive_value"], complete.Floored);
        Assert.Empty(Complete(LossBundle.Of(Method("mse"), Value("2"), Inferences with { Combined = Value("9") }, SmallLoss.Floor)).Floored);
    }

    [Fact]
    public void Keeps_what_it_tells_of_faults_short()
    {
        var inferers = Enumerable.Range(0, 500).Select(index => new OfWorker<TopicValue>($"{index}", Value("3")));
        var bundle = Of(Value("1"), Value("1")) with { Inferers = [.. inferers] };
        var none = Assert.IsType<LossBundle.None>(LossBundle.Of(Method("mse"), Value("3"), bundle, SmallLoss.Refuse));
        Assert.Equal(10, none.Faults.Count);
    }

    [Fact]
    public void Takes_labels_in_every_field()
    {
        var bundle = Of(Labeled("up=0.5 down=0.5"), Labeled("down=0.4 up=0.6"));
        var losses = Complete(LossBundle.Of(Method("abse"), Labeled("up=1 down=0"), bundle, SmallLoss.Refuse)).Losses;
        Assert.Equal("-0.301029995663981195213738894724493", losses.Combined.Text);
        Assert.Equal("-0.3979400086720376095725222105510139", losses.Naive.Text);
        var missing = LossBundle.Of(Method("abse"), Labeled("up=1"), bundle, SmallLoss.Refuse);
        Assert.All(
            Assert.IsType<LossBundle.None>(missing).Faults, fault => Assert.Equal(LossProblem.LabelsDiffer, fault.Problem));
    }

    private static ValueBundle<TopicValue> Of(TopicValue combined, TopicValue naive) =>
        new(combined, naive, [], [], [], [], [], []);

    private static LossBundle.Complete Complete(LossBundle bundle) => Assert.IsType<LossBundle.Complete>(bundle);

    private static string Line(OfWorker<DecimalText> of) => $"{of.Worker} {of.Value.Text}";
}
