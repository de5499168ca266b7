using Google.Protobuf;
using Outpost.Chains.Allora;
using Outpost.Chains.Keys;
using Outpost.Chains.Wire;
using Outpost.Chains.Wire.Emissions.V10;

namespace Outpost.Tests.Allora;

/// <summary>Forecasts and labels in a worker's bundle, against computed vectors of the key "abandon … about".</summary>
public sealed class WorkerAnswerTests
{
    private const string Other = "allo1jrkmdcwgq94uaamx6zax2luewlhf7u4kjtujpm";

    private static readonly AccountKey Key = AccountKey.FromPrivateKey(
        Convert.FromHexString("c4a48e2fce1481cd3294b4490f6678090ea98d3d0e5cd984558ab0968741b104"));

    [Fact]
    public void An_inference_and_a_forecast_share_one_signed_bundle()
    {
        var bundle = Sent(EmissionsVersion.V10, 1, 100, new WorkerAnswer
        {
            Value = Number("3.1415"),
            Forecast = [new(Other, Number("0.25"))],
        });

        Assert.Equal(
            "0a39080110641a2b616c6c6f3139726c34636d32686d7238616679346b6c6470787a33666b61346a67757130616a6e68376776"
            + "2206332e313431351266080110641a2b616c6c6f3139726c34636d32686d7238616679346b6c6470787a33666b61346a6775"
            + "7130616a6e6837677622330a2b616c6c6f316a726b6d646377677139347561616d78367a6178326c7565776c68663775346b"
            + "6a74756a706d1204302e3235",
            Convert.ToHexStringLower(bundle.InferenceForecastsBundle.ToByteArray()));
        Assert.Equal(
            "0c5b410b8d9bceae2c43367ccf8060b1900dbaf09762d6e48790a36a0d38f89d"
            + "4cd2d848f928c4346dbaa4f20358659690cfab18a57927ba98a49fa07213067b",
            Convert.ToHexStringLower(bundle.InferencesForecastsBundleSignature.Span));
    }

    [Fact]
    public void Labels_stand_in_order_beside_a_value_of_zero()
    {
        var bundle = Sent(EmissionsVersion.V10, 2, 200, new WorkerAnswer
        {
            Labels = [new("up", Number("0.6")), new("down", Number("0.4"))],
        });

        Assert.Equal(
            "0a4d080210c8011a2b616c6c6f3139726c34636d32686d7238616679346b6c6470787a33666b61346a67757130616a6e68376776"
            + "2201303a0b0a04646f776e1203302e343a090a0275701203302e36",
            Convert.ToHexStringLower(bundle.InferenceForecastsBundle.ToByteArray()));
        Assert.Equal(
            "b8b4ab5077645c397614a75fd0b888aca9a6249d2c66f1b2ab0dc3e9fbf12418"
            + "6267718ef94b5720721fcf2c331a7fef870c793e47349df1342bb0457f759ea3",
            Convert.ToHexStringLower(bundle.InferencesForecastsBundleSignature.Span));
    }

    [Fact]
    public void A_forecast_alone_leaves_the_inference_out_and_sorts_by_address()
    {
        var bundle = Sent(EmissionsVersion.V9, 1, 100, new WorkerAnswer
        {
            Forecast = [new(Other, Number("-1.5")), new(Key.Address, Number("1E-7"))],
        }).InferenceForecastsBundle;

        Assert.Null(bundle.Inference);
        Assert.Equal((1ul, 100L, Key.Address),
            (bundle.Forecast.TopicId, bundle.Forecast.BlockHeight, bundle.Forecast.Forecaster));
        Assert.Equal(
            [(Key.Address, "1E-7"), (Other, "-1.5")],
            bundle.Forecast.ForecastElements.Select(element => (element.Inferer, element.Value)));
    }

    [Fact]
    public void An_answer_that_the_chain_could_not_take_is_not_built()
    {
        LabeledValue[] labels = [new("up", Number("1"))];
        Assert.Throws<ArgumentException>(() => Sent(EmissionsVersion.V10, 1, 1, new WorkerAnswer()));
        Assert.Throws<ArgumentException>(() => Sent(EmissionsVersion.V9, 1, 1, new WorkerAnswer { Labels = labels }));
        Assert.Throws<ArgumentException>(
            () => Sent(EmissionsVersion.V10, 1, 1, new WorkerAnswer { Value = Number("1"), Labels = labels }));
    }

    private static InputWorkerDataBundle Sent(EmissionsVersion version, ulong topic, long nonce, WorkerAnswer answer)
    {
        var message = WorkerMessages.Answer(version, new TopicId(topic), new(nonce), answer, Key);
        Assert.Equal($"/emissions.v{(int)version}.InsertWorkerPayloadRequest", message.TypeUrl);
        return InsertWorkerPayloadRequest.Parser.ParseFrom(message.Value).WorkerDataBundle;
    }

    private static DecimalText Number(string text)
    {
        Assert.True(DecimalText.TryParse(text, out var value, out var problem), problem);
        return value;
    }
}
