using System.Text.RegularExpressions;
using Outpost.Node;

namespace Outpost.App.Settings;

/// <summary>Reads one entrypoint of a topic: a URL, a module or a command, and how it is asked.</summary>
/// <param name="folder">Where relative paths start.</param>
internal sealed partial class NativeEntrypoint(SettingsSource source, ConfigurationFormat format, string folder)
{
    private const string UrlExample = "\"http://127.0.0.1:8000/inference/{TopicId}/{BlockHeight}\"";

    private static readonly Setting[] Kinds =
        [NativeSettings.InfererUrl, NativeSettings.InfererModule, NativeSettings.InfererCommand];

    private static readonly (Setting Setting, Setting Owner)[] Owned =
    [
        (NativeSettings.InfererLabeledUrl, NativeSettings.InfererUrl),
        (NativeSettings.InfererVariables, NativeSettings.InfererUrl),
        (NativeSettings.InfererType, NativeSettings.InfererModule),
        (NativeSettings.InfererSettings, NativeSettings.InfererModule),
    ];

    /// <summary>Whether the file or the environment says anything of where the answer comes from.</summary>
    public static bool IsGiven(SettingsSection section) => !section.IsEmpty || Kinds.Any(section.IsOverridden);

    public EntrypointOptions? Inferer(SettingsSection section)
    {
        var options = Laddered(section);
        if (options is null)
        {
            section.Section("sanity");
            section.RefuseUnknown();
            return null;
        }

        var read = options with { Sanity = ReadSanity(section.Section("sanity")) };
        section.RefuseUnknown();
        return read;
    }

    public EntrypointOptions? Forecaster(SettingsSection section)
    {
        if (section.IsWritten(NativeSettings.InfererLabeledUrl))
        {
            source.Problem(section.At("labeledUrl"), "is never asked: forecasts have no labels", "take it out");
        }

        return Closed(section, Laddered(section));
    }

    public EntrypointOptions? Truth(SettingsSection section) => Closed(section, WithFallback(section));

    public EntrypointOptions? Loss(SettingsSection section)
    {
        if (section.Has(NativeSettings.InfererUrl))
        {
            source.Problem(section.At("url"), "losses behind a URL are a service",
                "write reputer.service.url, or a module or a command");
        }

        return Closed(section, Single(section));
    }

    private static EntrypointOptions? Closed(SettingsSection section, EntrypointOptions? options)
    {
        section.RefuseUnknown();
        return options;
    }

    private EntrypointOptions? Laddered(SettingsSection section)
    {
        var options = WithFallback(section);
        var isAhead = section.Flag(NativeSettings.InfererAhead) ?? false;
        var lastValue = section.Duration(
            NativeSettings.InfererLastValue, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24));
        if (isAhead && options is HttpEntrypointOptions { UrlTemplate: var url }
            && url.Contains("{BlockHeight}", StringComparison.Ordinal))
        {
            source.Note(NoteKind.Warning, section.At("ahead"),
                "the model is asked before {BlockHeight} is made; take ahead out if it looks at that block");
        }

        return options is null ? null : options with { IsAskedAhead = isAhead, LastValueMaxAge = lastValue };
    }

    private EntrypointOptions? WithFallback(SettingsSection section)
    {
        var options = Single(section);
        var retryDelay = section.Duration(
            NativeSettings.InfererRetryDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5));
        var fallback = section.Whole(NativeSettings.InfererFallback) is null
            ? null
            : Closed(section.Section("fallback"), Single);
        return options is null
            ? null
            : options with { RetryDelay = retryDelay ?? options.RetryDelay, Fallback = fallback };
    }

    private static EntrypointOptions? Closed(
        SettingsSection section, Func<SettingsSection, EntrypointOptions?> read) => Closed(section, read(section));

    /// <summary>One way to an answer, without what follows when it fails.</summary>
    private EntrypointOptions? Single(SettingsSection section)
    {
        List<Setting> given = [.. Kinds.Where(section.Has)];
        var overridden = given.Where(section.IsOverridden).ToList();
        given = overridden.Count > 0 ? overridden : given;
        var (variables, module, settings, command) = (
            section.Map(NativeSettings.InfererVariables),
            section.Has(NativeSettings.InfererModule) ? section.Text(NativeSettings.InfererModule) : null,
            section.Whole(NativeSettings.InfererSettings), section.Texts(NativeSettings.InfererCommand));
        var type = section.Has(NativeSettings.InfererType) ? section.Text(NativeSettings.InfererType) : null;
        var timeout = section.Duration(
            NativeSettings.InfererTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        if (given.Count != 1)
        {
            source.Problem(
                given.Count == 0 ? section.At("url") : section.Path,
                given.Count == 0 ? "is missing" : "names more than one of url, module and command",
                given.Count == 0 ? $"write where the answer is fetched, such as {UrlExample}" : "keep one of them");
            return null;
        }

        RefuseStray(section, given[0]);
        EntrypointOptions? options = given[0] == NativeSettings.InfererUrl
            ? Http(section, variables)
            : given[0] == NativeSettings.InfererModule
                ? module is null ? null
                    : new ModuleEntrypointOptions { Path = Beside(module), TypeName = type, Settings = settings }
                : command is null ? null : new ProcessEntrypointOptions { Command = Program(command), Folder = folder };
        return options is null ? null : options with { AttemptTimeout = timeout ?? options.AttemptTimeout };
    }

    /// <summary>What means something for another kind only was meant for another kind.</summary>
    private void RefuseStray(SettingsSection section, Setting kind)
    {
        foreach (var (setting, owner) in Owned.Where(one => one.Owner != kind && section.IsWritten(one.Setting)))
        {
            source.Problem(section.At(setting.Name), $"belongs to a {owner.Name}, and here is a {kind.Name}",
                "take one of them out");
        }
    }

    private HttpEntrypointOptions? Http(SettingsSection section, IReadOnlyDictionary<string, string> variables)
    {
        var labeled = section.Has(NativeSettings.InfererLabeledUrl)
            ? section.Text(NativeSettings.InfererLabeledUrl)
            : null;
        if (section.Text(NativeSettings.InfererUrl) is not { } url)
        {
            return null;
        }

        CheckUrl(section.At("url"), url, variables);
        if (labeled is not null)
        {
            CheckUrl(section.At("labeledUrl"), labeled, variables);
        }

        return new HttpEntrypointOptions { UrlTemplate = url, LabeledUrlTemplate = labeled, Variables = variables };
    }

    private SanityOptions? ReadSanity(SettingsSection section)
    {
        var (distance, factor) = (
            section.Number(NativeSettings.SanityDistance, 0, decimal.MaxValue),
            section.Number(NativeSettings.SanityFactor, 1, decimal.MaxValue));
        // The default says nothing where there is nothing to be far from.
        var act = section.Has(NativeSettings.SanityAct) ? section.Text(NativeSettings.SanityAct) : null;
        if (act is not (null or "warn" or "stop"))
        {
            source.Problem(section.At("act"), $"\"{act}\" is no act", $"write {NativeSettings.SanityAct.Takes}");
        }

        if (act is not null && distance is null && factor is null)
        {
            source.Problem(section.Path, "does not say what is too far", "write a distance, a factor or both");
        }

        section.RefuseUnknown();
        return distance is null && factor is null
            ? null
            : new SanityOptions { MostDistance = distance, MostFactor = factor, Stops = act == "stop" };
    }

    private void CheckUrl(string path, string template, IReadOnlyDictionary<string, string> variables)
    {
        var filled = UrlName().Replace(template, match => variables.GetValueOrDefault(match.Groups[1].Value, "1"));
        if (!Uri.TryCreate(filled, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            source.Problem(path, $"\"{template}\" is not a URL", $"write such as {UrlExample}");
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

    /// <summary>A name without a folder is looked for along PATH.</summary>
    private string[] Program(IReadOnlyList<string> command) =>
        command[0].Contains('/', StringComparison.Ordinal) ? [Beside(command[0]), .. command.Skip(1)] : [.. command];

    private string Beside(string path) => Path.GetFullPath(path, folder);

    [GeneratedRegex(@"\{([A-Za-z0-9_]+)\}")]
    private static partial Regex UrlName();
}
