using Outpost.Node;
using Outpost.Node.Losses;

namespace Outpost.App.Settings;

/// <summary>Reads topics[].reputer: the truth, where losses come from, and the stake.</summary>
/// <param name="isTrial">True when only entrypoints are to be tried: the truth may be missing.</param>
internal sealed class NativeReputer(
    SettingsSource source, ConfigurationFormat format, NativeEntrypoint entrypoints, bool isTrial)
{
    /// <summary>Beside the method's parameters, as in the Go node's LossMethodOptions.</summary>
    private const string MethodKey = "loss_method";

    /// <summary>The topic with its reputer's part; call only when something of it is written.</summary>
    public TopicOptions Read(SettingsSection section, TopicOptions topic)
    {
        var truth = section.Whole(NativeSettings.ReputerTruth) is null
            ? null : entrypoints.Truth(section.Section("truth"));
        if (!isTrial && !section.IsWritten(NativeSettings.ReputerTruth))
        {
            source.Problem(section.At("truth"), "is missing",
                "write where the truth is fetched, such as { \"url\": \"http://…/{TopicId}/{BlockHeight}\" }");
        }

        var loss = section.Whole(NativeSettings.ReputerLoss) is null ? null : entrypoints.Loss(section.Section("loss"));
        var read = topic with
        {
            GroundTruth = truth,
            Loss = loss,
            Losses = ReadLosses(section, loss is not null),
            MinStakeUallo = section.WholeNumber(NativeSettings.MinStake, 0, NativeFormat.MostUallo),
        };
        section.RefuseUnknown();
        return read;
    }

    private LossOptions ReadLosses(SettingsSection section, bool hasLoss)
    {
        var defaults = new LossOptions();
        var parameters = section.Map(NativeSettings.LossParameters);
        var small = section.Text(NativeSettings.SmallLoss);
        if (small is not (null or "floor" or "refuse"))
        {
            source.Problem(section.At("smallLoss"), $"\"{small}\" is neither",
                $"write {NativeSettings.SmallLoss.Takes}");
        }

        var service = section.Section("service");
        var (scalar, labeled) = ReadServices(service, parameters);
        var hasService = (scalar ?? labeled) is not null;
        if (hasLoss && hasService)
        {
            source.Problem(section.Path, "names both a loss and a service", "keep one of them");
        }

        if (!hasLoss && !hasService)
        {
            CheckBuiltIn(section, parameters);
        }

        TellWhich(service, scalar, labeled, parameters);
        return defaults with
        {
            Parameters = parameters,
            Small = small is null ? defaults.Small : small == "refuse" ? SmallLoss.Refuse : SmallLoss.Floor,
            Service = scalar,
            LabeledService = labeled,
        };
    }

    private (LossServiceOptions? Scalar, LossServiceOptions? Labeled) ReadServices(
        SettingsSection service, IReadOnlyDictionary<string, string> parameters)
    {
        Setting[] urls = [NativeSettings.LossServiceUrl, NativeSettings.LossServiceLabeledUrl];
        if (service.IsEmpty && !urls.Any(service.IsOverridden))
        {
            return (null, null);
        }

        if (!urls.Any(service.Has))
        {
            source.Problem(service.Path, "names no service", "write its url, or labeledUrl for a topic with labels");
        }

        var (scalar, labeled) = (ReadUrl(service, urls[0]), ReadUrl(service, urls[1]));
        var isNeverNegative = service.Flag(NativeSettings.LossServiceIsNeverNegative);
        var timeout = service.Duration(
            NativeSettings.LossServiceTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2));
        var parallel = service.WholeNumber(NativeSettings.LossServiceParallel, 1, 256);
        var attempts = service.WholeNumber(NativeSettings.LossServiceAttempts, 1, 10);
        service.RefuseUnknown();
        return (Options(scalar), Options(labeled));

        LossServiceOptions? Options(Uri? url)
        {
            if (url is null)
            {
                return null;
            }

            var options = new LossServiceOptions
            {
                Url = url,
                Method = parameters,
                IsNeverNegative = isNeverNegative,
            };
            return options with
            {
                AttemptTimeout = timeout ?? options.AttemptTimeout,
                Parallel = (int)(parallel ?? options.Parallel),
                Attempts = (int)(attempts ?? options.Attempts),
            };
        }
    }

    /// <summary>Null where the losses are built in.</summary>
    private Uri? ReadUrl(SettingsSection service, Setting setting)
    {
        if (!service.Has(setting) || service.Text(setting) is not { } text || text == NativeSettings.BuiltIn)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        source.Problem(service.At(setting.Name), $"\"{text}\" is not a URL",
            "write such as \"http://127.0.0.1:5000\", or \"builtin\"");
        return null;
    }

    /// <summary>
    /// Parameters that name their method can be held against it here; otherwise only the chain knows the method.
    /// </summary>
    private void CheckBuiltIn(SettingsSection section, IReadOnlyDictionary<string, string> parameters)
    {
        if (parameters.TryGetValue(MethodKey, out var name)
            && !LossMethod.TryCreate(name, parameters, out _, out var problem))
        {
            source.Problem(section.At("parameters"), problem, "docs/losses.md lists methods and parameters");
        }
    }

    /// <summary>Files of other nodes name a service because those nodes have no losses built in.</summary>
    private void TellWhich(
        SettingsSection service, LossServiceOptions? scalar, LossServiceOptions? labeled,
        IReadOnlyDictionary<string, string> parameters)
    {
        if (format == ConfigurationFormat.Native)
        {
            return;
        }

        if ((scalar ?? labeled) is null)
        {
            source.Note(NoteKind.Ignored, service.At("url"), "no loss service is asked: losses are built in");
            return;
        }

        var setting = scalar is null ? NativeSettings.LossServiceLabeledUrl : NativeSettings.LossServiceUrl;
        var way = $"{Setting.EnvironmentNameOf(service.At(setting.Name))}={NativeSettings.BuiltIn}";
        var name = parameters.GetValueOrDefault(MethodKey);
        source.Note(NoteKind.Ignored, service.At(setting.Name), "losses come from this service, as in the Go node; "
            + (name is null ? $"if the topic's method is built in, {way} does without it"
                : LossMethod.TryCreate(name, parameters, out _, out var problem)
                    ? $"{name} is built in: {way} does without it"
                    : problem));
    }
}
