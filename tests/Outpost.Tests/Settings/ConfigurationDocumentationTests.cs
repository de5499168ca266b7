using Outpost.App.Settings;
using Outpost.Tests.App;

namespace Outpost.Tests.Settings;

public sealed class ConfigurationDocumentationTests
{
    [Fact]
    public void The_page_is_what_the_settings_say()
    {
        var path = Repository.File("docs", "configuration.md");
        var fresh = ConfigurationDocument.Write();
        if (Environment.GetEnvironmentVariable("OUTPOST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, fresh);
        }

        Assert.True(File.ReadAllText(path) == fresh,
            "docs/configuration.md is stale: OUTPOST_UPDATE_DOCS=1 ./test -class '*Documentation*' writes it anew.");
    }

    [Fact]
    public void Every_documented_environment_variable_is_one_that_the_reader_asks_for()
    {
        var source = new SettingsSource("file.json", _ => null);
        using var document = System.Text.Json.JsonDocument.Parse("""
            { "chain": { "endpoints": [ { "rpc": "http://h" } ] }, "key": {},
              "topics": [ { "id": 1, "inferer": { "url": "http://h", "variables": { "NAME": "x" } },
                            "reputer": { "truth": { "url": "http://h" }, "parameters": { "NAME": "x" },
                                       "service": { "url": "http://h" } } } ] }
            """);
        new NativeFormat(source, ConfigurationFormat.Native, "/etc").Read(document.RootElement);

        foreach (var setting in NativeSettings.All.Where(setting => setting.IsOverridable))
        {
            var more = setting.Takes == NativeSettings.InfererVariables.Takes ? "__NAME" : "";
            Assert.Contains($"{setting.EnvironmentName}{more}".Replace("N__", "", StringComparison.Ordinal),
                source.AskedEnvironmentNames.Select(name => name.Replace("0__", "", StringComparison.Ordinal)
                    .Replace("N__", "", StringComparison.Ordinal)));
        }
    }
}
