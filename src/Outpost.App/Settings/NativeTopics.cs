using Outpost.Chains.Allora;
using Outpost.Node;

namespace Outpost.App.Settings;

/// <summary>Reads topics[] of the native format.</summary>
/// <param name="folder">Where relative paths start.</param>
/// <param name="isTrial">True when only entrypoints are to be tried.</param>
internal sealed class NativeTopics(SettingsSource source, ConfigurationFormat format, string folder, bool isTrial)
{
    private readonly NativeEntrypoint _entrypoints = new(source, format, folder);

    /// <summary>The topics that are rightly written; problems stand in the source.</summary>
    public List<TopicOptions> Read(SettingsSection top)
    {
        var sections = top.List("topics");
        if (sections.Count == 0)
        {
            source.Problem("topics", "names nothing to serve",
                "write [ { \"id\": 1, \"inferer\": { \"url\": \"http://…/{TopicId}/{BlockHeight}\" } } ]");
        }

        var topics = new List<TopicOptions>();
        foreach (var section in sections)
        {
            if (ReadTopic(section) is not { } topic)
            {
                continue;
            }

            if (topics.Any(other => other.Topic == topic.Topic))
            {
                source.Problem(section.At("id"), $"topic {topic.Topic} is given twice", "keep one of them");
            }

            topics.Add(topic);
        }

        return topics;
    }

    private TopicOptions? ReadTopic(SettingsSection section)
    {
        if (!section.Has(NativeSettings.TopicId))
        {
            source.Problem(section.At("id"), "is missing", "write the number of an Allora topic");
        }

        var id = section.WholeNumber(NativeSettings.TopicId, 1, ulong.MaxValue);
        var (inferer, reputer) = (section.Section("inferer"), section.Section("reputer"));
        var (hasForecaster, hasReputer) = (section.Whole(NativeSettings.Forecaster) is not null, !reputer.IsEmpty);
        // An inferer may come from the environment alone, and is missed where there is no other role.
        var hasInferer = NativeEntrypoint.IsGiven(inferer) || section.IsWritten("inferer")
            || !(hasForecaster || hasReputer);
        var options = new TopicOptions
        {
            Topic = new TopicId((ulong)(id ?? 0)),
            Inference = hasInferer ? _entrypoints.Inferer(inferer) : null,
            Forecast = hasForecaster ? _entrypoints.Forecaster(section.Section("forecaster")) : null,
        };
        if (hasReputer)
        {
            options = new NativeReputer(source, format, _entrypoints, isTrial).Read(reputer, options);
        }

        section.RefuseUnknown();
        var hasAny = (options.Inference ?? options.Forecast ?? options.GroundTruth ?? options.Loss) is not null;
        return id is not null && hasAny ? options : null;
    }
}
