namespace Outpost.Node.Compute;

/// <summary>
/// An entrypoint's URL with {names}. {BlockHeight} and {TopicId} are filled first, then the user's variables; names
/// are case-sensitive and values are put in as they are, since users of existing nodes rely on both.
/// </summary>
public static class UrlTemplate
{
    public static string Fill(HttpEntrypointOptions options, Question question)
    {
        var template = question.HasLabels ? options.LabeledUrlTemplate ?? options.UrlTemplate : options.UrlTemplate;
        var url = template
            .Replace("{BlockHeight}", question.Nonce.ToString(), StringComparison.Ordinal)
            .Replace("{TopicId}", question.Topic.ToString(), StringComparison.Ordinal);
        foreach (var (name, value) in options.Variables)
        {
            url = url.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return url;
    }
}
