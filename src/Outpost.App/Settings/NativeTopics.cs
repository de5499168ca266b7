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
        var (forecaster, reputer) = (section.Section("forecaster"), section.Section("reputer"));
        var (hasForecaster, hasReputer) = (section.Whole(NativeSettings.Forecaster) is not null, !reputer.IsEmpty);
        var options = new TopicOptions
        {
            Topic = new TopicId((ulong)(id ?? 0)),
            // The environment alone may give an inferer; other roles are written.
            Inference = section.Section("inferer") is var inferer && inferer.IsEmpty && isTrial
                && (hasForecaster || hasReputer) ? null : _entrypoints.Inferer(inferer),
            Forecast = hasForecaster ? _entrypoints.Forecaster(forecaster) : null,
            GroundTruth = reputer.Whole(NativeSettings.Truth) is null
                ? null : _entrypoints.Truth(reputer.Section("truth")),
            Loss = reputer.Whole(NativeSettings.Loss) is null ? null : _entrypoints.Loss(reputer.Section("loss")),
        };
        if (!isTrial && (hasForecaster || hasReputer))
        {
            source.Note(NoteKind.Warning, (hasForecaster ? forecaster : reputer).Path,
                "is not served yet by 'outpost run'; 'outpost try' asks it");
        }

        reputer.RefuseUnknown();
        section.RefuseUnknown();
        var hasAny = (options.Inference ?? options.Forecast ?? options.GroundTruth ?? options.Loss) is not null;
        return id is not null && hasAny ? options : null;
    }
}
