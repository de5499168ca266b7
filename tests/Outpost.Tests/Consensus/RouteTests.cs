using System.Text.Json;

namespace Outpost.Tests.Consensus;

/// <summary>The routes, with the bodies of docs/consensus-api.md.</summary>
public sealed class RouteTests
{
    [Fact]
    public async Task Before_the_first_epoch_there_is_none_and_nothing_fails()
    {
        await using var world = await ServiceWorld.StartAsync();
        Assert.Equal(404, (await world.GetAsync("/currentEpoch")).Status);
        Assert.Equal((404, """{"message":"No epoch has been released yet."}"""), await world.GetAsync("/epochDetails"));
        Assert.Equal((200, "[]"), await world.GetAsync("/metrics/projects"));
        Assert.Equal(404, (await world.GetAsync("/metrics/P/snapshotters")).Status);
        Assert.Equal(404, (await world.GetAsync("/metrics/P/epochs")).Status);
        Assert.Equal(404, (await world.GetAsync("/metrics/A/issues")).Status);
        Assert.Equal(404, (await world.GetAsync("/metrics/P/1010/submissionStatus")).Status);
        Assert.Equal(422, (await world.GetAsync("/metrics/P/x/submissionStatus")).Status);
        Assert.Equal((404, """{"detail":"Not Found"}"""), await world.GetAsync("/metrics/P/nothing"));
        Assert.Equal((405, """{"detail":"Method Not Allowed"}"""), await world.GetAsync("/submitSnapshot"));
    }

    [Fact]
    public async Task An_epoch_is_told_of_with_the_progress_of_its_projects()
    {
        await using var world = await WithVotesAsync();
        Assert.Equal(
            (200, """{"chainId":1,"epochStartBlockHeight":1011,"epochEndBlockHeight":1020}"""),
            await world.GetAsync("/currentEpoch"));
        var released = world.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(
            (200, $$"""{"epochEndHeight":1010,"releaseTime":{{released}},"status":"FINALIZED","totalProjects":1,"""
                + """
                "projectsFinalized":1,"lastBlockHash":"0xabc","releases":1,"invalidatedAt":null}
                """),
            await world.GetAsync("/epochDetails?epoch=1010"));
        Assert.Contains("\"IN_PROGRESS\"", (await world.GetAsync("/epochDetails?epoch=0")).Body, StringComparison.Ordinal);
        Assert.Equal(404, (await world.GetAsync("/epochDetails?epoch=77")).Status);
        Assert.Equal(422, (await world.GetAsync("/epochDetails?epoch=x")).Status);
    }

    [Fact]
    public async Task The_state_of_one_epoch_and_of_many_is_answered()
    {
        await using var world = await WithVotesAsync();
        const string Achieved =
            """{"status":"CONSENSUS_ACHIEVED","delayedSubmission":false,"finalizedSnapshotCID":"X"}""";
        const string Open = """{"status":"NO_CONSENSUS","delayedSubmission":false,"finalizedSnapshotCID":null}""";
        var id = ServiceWorld.IdOf("A");
        Assert.Equal((200, Achieved), await world.PostAsync(
            "/epochStatus", new { instanceID = id, projectID = "P", epoch = new { begin = 1001, end = 1010 } }));
        Assert.Equal((200, $$"""{"1010":{{Achieved}},"1020":{{Open}}}"""), await world.PostAsync("/epochStatus", new
        {
            instanceID = id,
            projectID = "P",
            epochs = new[] { new { begin = 1001, end = 1010 }, new { begin = 1011, end = 1020 } },
        }));
    }

    [Fact]
    public async Task Who_has_not_submitted_does_not_see_the_cid_by_asking_for_a_confirmation()
    {
        await using var world = await WithVotesAsync();
        Assert.Equal(
            (400, """{"status":"NOTSUBMITTED","delayedSubmission":false,"finalizedSnapshotCID":null}"""),
            await world.PostAsync("/checkForSnapshotConfirmation", ServiceWorld.Snapshot("C", "X")));
    }

    [Fact]
    public async Task Metrics_show_projects_snapshotters_epochs_and_submissions()
    {
        await using var world = await WithVotesAsync();
        Assert.Equal((200, """["P"]"""), await world.GetAsync("/metrics/projects"));
        Assert.Equal(
            (200, """{"projectId":"P","snapshotters":["A","B","C"]}"""), await world.GetAsync("/metrics/P/snapshotters"));
        Assert.Equal(
            (200, """{"total":2,"next_page":"/metrics/P/epochs?page=2&limit=1","prev_page":null,"data":"""
                + """{"projectId":"P","epochs":[{"sourcechainEndheight":1020,"finalized":false}]}}"""),
            await world.GetAsync("/metrics/P/epochs?page=1&limit=1"));
        Assert.Equal(
            (200, """{"total":2,"next_page":null,"prev_page":"/metrics/P/epochs?page=1&limit=1","data":"""
                + """{"projectId":"P","epochs":[{"sourcechainEndheight":1010,"finalized":true}]}}"""),
            await world.GetAsync("/metrics/P/epochs?page=2&limit=1"));
        foreach (var query in (string[])["page=0", "page=-1", "limit=0", "limit=5000", "limit=x"])
        {
            Assert.Equal(422, (await world.GetAsync($"/metrics/P/epochs?{query}")).Status);
        }

        await world.SubmitAsync("A", "Z");
        var seconds = world.Time.GetUtcNow().ToUnixTimeSeconds();
        var row = $$"""{"snapshotterName":"A","snapshotCID":"X","submittedTS":{{seconds}},"submissionStatus":"""
            + "\"WITHIN_SCHEDULE\"," + """"
            "standing":"COUNTED","isCorrect":true,"equivocations":["Z"]}
            """";
        Assert.StartsWith($"[{row},", (await world.GetAsync("/metrics/P/1010/submissionStatus")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issue_is_shown_under_the_alias_without_the_instance_id()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("A");
        Assert.Equal((200, """{"message":"Reported Issue."}"""), await world.PostAsync("/reportIssue", new
        {
            instanceID = ServiceWorld.IdOf("A"),
            severity = "HIGH",
            issueType = "SKIP_EPOCH",
            projectID = "P",
            serviceName = "DagFinalizer",
            epochs = new[] { 1010 },
            extra = new { k = "v" },
            timeOfReporting = 5,
        }));
        var (status, body) = await world.GetAsync("/metrics/A/issues");
        Assert.Equal(200, status);
        using var issues = JsonDocument.Parse(body);
        var issue = Assert.Single(issues.RootElement.EnumerateArray());
        Assert.Equal("A", issue.GetProperty("alias").GetString());
        Assert.Equal(world.Time.GetUtcNow().ToUnixTimeSeconds(), issue.GetProperty("timeOfReporting").GetInt64());
        Assert.DoesNotContain("instanceID", body, StringComparison.Ordinal);
        Assert.Contains("\"extra\":{\"k\":\"v\"}", body, StringComparison.Ordinal);

        world.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(404, (await world.GetAsync("/metrics/A/issues")).Status);
    }

    [Fact]
    public async Task Many_submissions_in_one_body_are_answered_one_by_one()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        var (status, body) = await world.PostAsync("/submitSnapshots", new[]
        {
            ServiceWorld.Snapshot("A", "X"), ServiceWorld.Snapshot("B", "X"), ServiceWorld.Snapshot("Q", "X"),
            ServiceWorld.Snapshot("C", "X", 1030), ServiceWorld.Snapshot("C", "X", project: "none"),
            new { instanceID = ServiceWorld.IdOf("C") },
        });
        Assert.Equal(200, status);
        using var answers = JsonDocument.Parse(body);
        string[] starts =
        [
            """{"status":"ACCEPTED","d""", """{"status":"FINALIZED","d""", """{"error":{"details":"illegal peer""",
            """{"error":{"details":"Epoch 1021""", """{"error":{"details":"C is not""", """{"detail":[{"loc":["body","p""",
        ];
        Assert.Equal(starts.Length, answers.RootElement.GetArrayLength());
        foreach (var (answer, start) in answers.RootElement.EnumerateArray().Zip(starts))
        {
            Assert.StartsWith(start, answer.GetRawText(), StringComparison.Ordinal);
        }

        Assert.Equal(422, (await world.PostAsync("/submitSnapshots", "{}")).Status);
        Assert.Equal(422, (await world.PostAsync("/submitSnapshots", "[{}")).Status);
        Assert.Equal((200, "[]"), await world.PostAsync("/submitSnapshots", "[]"));
    }

    [Theory]
    [InlineData("", "value_error.jsondecode")]
    [InlineData("{", "value_error.jsondecode")]
    [InlineData("nonsense", "value_error.jsondecode")]
    [InlineData("[]", "type_error.dict")]
    [InlineData("{}", "value_error.missing")]
    [InlineData("{} {}", "value_error.jsondecode")]
    [InlineData("""{"projectID":5}""", "type_error.str")]
    [InlineData("""{"projectID":"\ud800"}""", "type_error.str")]
    [InlineData("""{"projectID":"a\nb"}""", "value_error.project_id")]
    [InlineData("""{"snapshotCID":"a b"}""", "value_error.cid")]
    [InlineData("""{"snapshotCID":null}""", "type_error.none.not_allowed")]
    [InlineData("""{"epoch":7}""", "type_error.dict")]
    [InlineData("""{"epoch":{"begin":"x"}}""", "type_error.integer")]
    [InlineData("""{"epoch":{"begin":1.5}}""", "type_error.integer")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]}""", "value_error.jsondecode")]
    public async Task A_wrong_body_is_told_what_is_wrong(string body, string type)
    {
        await using var world = await ServiceWorld.StartAsync();
        var (status, answer) = await world.PostAsync("/submitSnapshot", body);
        Assert.Equal(422, status);
        using var json = JsonDocument.Parse(answer);
        Assert.Contains(type, json.RootElement.GetProperty("detail").EnumerateArray()
            .Select(fault => fault.GetProperty("type").GetString()));
        foreach (var path in (string[])["/registerProjectPeer", "/checkForSnapshotConfirmation", "/epochStatus", "/reportIssue"])
        {
            Assert.Equal(422, (await world.PostAsync(path, body)).Status);
        }
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        await using var world = await ServiceWorld.StartAsync();
        Assert.Equal(413, (await world.PostAsync("/submitSnapshot", new string(' ', 70_000))).Status);
        Assert.Equal(413, (await world.PostAsync("/submitSnapshots", new string(' ', 1_500_000))).Status);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, new Uri("/submitSnapshot", UriKind.Relative))
        {
            Content = new StringContent(new string(' ', 70_000)),
        };
        chunked.Headers.TransferEncodingChunked = true;
        using var response = await world.SendAsync(chunked);
        Assert.Equal(413, (int)response.StatusCode);
        Assert.Equal(422, (await world.PostAsync("/submitSnapshot", "{}")).Status);
    }

    [Fact]
    public async Task A_block_in_quotes_and_an_escaped_project_are_read_as_the_reference_reads_them()
    {
        await using var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("A", "P/ü:1");
        await world.ReleaseAsync(1010);
        var (status, _) = await world.PostAsync("/submitSnapshot",
            $$"""{"instanceID":"{{ServiceWorld.IdOf("A")}}","projectID":"P\/\u00fc:1","epoch":{"begin":"1001","end":"1010"},"snapshotCID":"X"}""");
        Assert.Equal(200, status);
        Assert.Equal(200, (await world.GetAsync("/metrics/P%2F%C3%BC:1/1010/submissionStatus")).Status);
    }

    private static async Task<ServiceWorld> WithVotesAsync()
    {
        var world = await ServiceWorld.StartAsync();
        await world.RegisterAsync("ABC");
        await world.ReleaseAsync(1010);
        await world.ReleaseAsync(1020);
        await world.SubmitAsync("A", "X");
        await world.SubmitAsync("B", "X");
        return world;
    }
}
