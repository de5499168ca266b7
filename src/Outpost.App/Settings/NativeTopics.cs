using System.Text.RegularExpressions;
using Outpost.Chains.Allora;
using Outpost.Node;

namespace Outpost.App.Settings;

/// <summary>Reads topics[] of the native format.</summary>
internal sealed partial class NativeTopics(SettingsSource source, ConfigurationFormat format)
{
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
        var inferer = section.Section("inferer");
        var variables = inferer.Map(NativeSettings.InfererVariables);
        if (!inferer.Has(NativeSettings.InfererUrl))
        {
            source.Problem(inferer.At("url"), "is missing",
                "write where the inference is fetched, such as \"http://127.0.0.1:8000/inference/{TopicId}/{BlockHeight}\"");
        }

        var url = inferer.Text(NativeSettings.InfererUrl);
        var entrypoint = new HttpEntrypointOptions { UrlTemplate = url ?? "", Variables = variables };
        entrypoint = entrypoint with
        {
            AttemptTimeout = inferer.Duration(NativeSettings.InfererTimeout, TimeSpan.FromMilliseconds(100),
                TimeSpan.FromMinutes(10)) ?? entrypoint.AttemptTimeout,
            RetryDelay = inferer.Duration(NativeSettings.InfererRetryDelay, TimeSpan.FromMilliseconds(10),
                TimeSpan.FromMinutes(5)) ?? entrypoint.RetryDelay,
            IsAskedAhead = inferer.Flag(NativeSettings.InfererAhead) ?? entrypoint.IsAskedAhead,
        };
        if (url is not null)
        {
            CheckUrl(inferer.At("url"), url, variables);
        }

        if (entrypoint.IsAskedAhead && url?.Contains("{BlockHeight}", StringComparison.Ordinal) == true)
        {
            source.Note(NoteKind.Warning, inferer.At("ahead"),
                "the model is asked before {BlockHeight} is made; take ahead out if it looks at that block");
        }

        inferer.RefuseUnknown();
        section.RefuseUnknown();
        return id is { } number && url is not null
            ? new TopicOptions { Topic = new TopicId((ulong)number), Inference = entrypoint }
            : null;
    }

    private void CheckUrl(string path, string template, IReadOnlyDictionary<string, string> variables)
    {
        var filled = UrlName().Replace(template, match => variables.GetValueOrDefault(match.Groups[1].Value, "1"));
        if (!Uri.TryCreate(filled, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            source.Problem(path, $"\"{template}\" is not a URL", "write such as "
                + "\"http://127.0.0.1:8000/inference/{TopicId}/{BlockHeight}\"");
        }

        foreach (Match match in UrlName().Matches(template))
        {
            var name = match.Groups[1].Value;
            if (name is "TopicId" or "BlockHeight" || variables.ContainsKey(name))
            {
                continue;
            }

            var near = NearestName.Of(name, variables.Keys.Concat(["TopicId", "BlockHeight"]));
            var instead = near is null ? $"give {name} in variables" : $"write {{{near}}}";
            if (format == ConfigurationFormat.Native)
            {
                source.Problem(path, $"{{{name}}} is nothing that can be filled in", instead);
            }
            else
            {
                source.Note(NoteKind.Warning, path, $"{{{name}}} stays in the URL as it is; {instead} if it was meant");
            }
        }
    }

    [GeneratedRegex(@"\{([A-Za-z0-9_]+)\}")]
    private static partial Regex UrlName();
}
