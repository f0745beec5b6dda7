using System.Text.Json;

namespace MuLambda.Catalog.Tests;

public sealed class CatalogJsonTests
{
    private static readonly Model Full = new(
        "m", 1, "t", "i", "o", new Accuracy("top-1", 0.5, "d"),
        [new ModelSignature("s", [new TensorSpec("x", "float32", [-1, 2])], [new TensorSpec("y", "string", null)])],
        ModelFormat.SavedModel, 10, "ab", "about it", DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_model_with_and_without_its_optional_members_is_read_as_it_was_written()
    {
        foreach (var model in new[] { Full, Full with { Description = null, Accuracy = new Accuracy("top-1", 1) } })
        {
            var json = JsonSerializer.Serialize(model, CatalogJson.Default.Model);
            var read = JsonSerializer.Deserialize(json, CatalogJson.Default.Model)!;

            JsonSerializer.Serialize(read, CatalogJson.Default.Model).ShouldBe(json);
            read.Description.ShouldBe(model.Description);
            read.Signatures[0].Outputs[0].Shape.ShouldBeNull();
        }
    }

    [Fact]
    public void Clients_and_executors_with_nothing_optional_are_read_as_they_were_written()
    {
        var client = new Client("c", new Criteria(new Traits("t", "i", "o"), new Preference(1, 0)));
        var executor = new Executor("e", "n", [], new ExecutorEndpoints("http://h"), ExecutorState.Loading);

        var json = JsonSerializer.Serialize(client, CatalogJson.Default.Client);
        json.ShouldNotContain("null");
        JsonSerializer.Deserialize(json, CatalogJson.Default.Client).ShouldBe(client);
        JsonSerializer.Deserialize(
            JsonSerializer.Serialize(executor, CatalogJson.Default.Executor), CatalogJson.Default.Executor)!
            .State.ShouldBe(ExecutorState.Loading);
    }

    [Fact]
    public void A_selector_is_read_as_it_was_written_and_its_lease_may_be_left_out()
    {
        var selector = new SelectorReplica("s", "n", 10);

        var json = JsonSerializer.Serialize(selector, CatalogJson.Default.SelectorReplica);

        json.ShouldBe("""{"id":"s","node":"n","leaseSeconds":10}""");
        JsonSerializer.Deserialize(json, CatalogJson.Default.SelectorReplica).ShouldBe(selector);
        JsonSerializer.Deserialize("""{"id":"s"}""", CatalogJson.Default.SelectorReplica).ShouldBe(new SelectorReplica("s"));
    }

    [Fact]
    public void An_objectives_target_and_window_may_be_left_out()
    {
        var client = new Client("c", new Criteria(new Traits("t", "i", "o"), new Preference(1, 0)), new Slo(20));
        var json = JsonSerializer.Serialize(client, CatalogJson.Default.Client);

        json.ShouldContain("""{"latencyMs":20,"target":0.99,"windowSeconds":2592000}""");
        JsonSerializer.Deserialize(
            json.Replace(""","target":0.99,"windowSeconds":2592000""", "", StringComparison.Ordinal), CatalogJson.Default.Client).ShouldBe(client);
    }

    [Fact]
    public void A_report_on_an_objective_is_read_as_it_was_written()
    {
        var report = new SloReport(
            "s", "c", new Slo(20), DateTimeOffset.UnixEpoch, new SloWindow(3600, 1, 2), [new SloWindow(300, 0, 1)],
            [new SloAlert(3600, 300, 14.4, 20, true)], new LatencyCounts(3, [1, 0, 2]));

        var json = JsonSerializer.Serialize(report, CatalogJson.Default.SloReport);

        json.ShouldBe(
            "{\"selector\":\"s\",\"client\":\"c\",\"slo\":{\"latencyMs\":20,\"target\":0.99,\"windowSeconds\":2592000},"
            + "\"since\":\"1970-01-01T00:00:00+00:00\",\"window\":{\"seconds\":3600,\"good\":1,\"total\":2},"
            + "\"alertWindows\":[{\"seconds\":300,\"good\":0,\"total\":1}],"
            + "\"alerts\":[{\"longSeconds\":3600,\"shortSeconds\":300,\"burnRate\":14.4,\"minRequests\":20,\"firing\":true}],"
            + "\"latencies\":{\"first\":3,\"counts\":[1,0,2]}}");
        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, CatalogJson.Default.SloReport)!, CatalogJson.Default.SloReport).ShouldBe(json);
    }

    [Fact]
    public void Of_a_deployment_only_the_model_has_to_be_said()
    {
        var full = new Deployment("m", 2, 1, 4, "hpa", 60, "n", new Dictionary<string, double> { ["target"] = 0.5 });

        JsonSerializer.Deserialize("""{"model":"m"}""", CatalogJson.Default.Deployment)
            .ShouldBe(new Deployment("m", null, 0, 8, "slo", 600));
        JsonSerializer.Serialize(full, CatalogJson.Default.Deployment).ShouldBe(
            """{"model":"m","version":2,"min":1,"max":4,"policy":"hpa","keepWarmSeconds":60,"node":"n","options":{"target":0.5}}""");
    }

    [Fact]
    public void A_decision_and_a_launch_are_read_as_they_were_written()
    {
        var decision = new ScalingDecision(
            "m", 7, DateTimeOffset.UnixEpoch, 1, 0, 3, "slo", "a burst", new Dictionary<string, double> { ["arrivalRps"] = 120.5 });
        var executor = new Executor(
            "e", "n", [], new ExecutorEndpoints("http://h"), ExecutorState.Loading,
            Launch: new ExecutorLaunch(["m"], DateTimeOffset.UnixEpoch, [new(LaunchPhase.Pending, 0), new(LaunchPhase.Downloading, 12.5)], 2));

        JsonSerializer.Serialize(decision, CatalogJson.Default.ScalingDecision).ShouldBe(
            "{\"model\":\"m\",\"sequence\":7,\"at\":\"1970-01-01T00:00:00+00:00\",\"ready\":1,\"starting\":0,\"desired\":3,"
            + "\"policy\":\"slo\",\"reason\":\"a burst\",\"inputs\":{\"arrivalRps\":120.5}}");
        var json = JsonSerializer.Serialize(executor, CatalogJson.Default.Executor);
        json.ShouldContain(
            "\"launch\":{\"deployments\":[\"m\"],\"requestedAt\":\"1970-01-01T00:00:00+00:00\","
            + "\"steps\":[{\"phase\":\"pending\",\"atMs\":0},{\"phase\":\"downloading\",\"atMs\":12.5}],\"attempt\":2}");
        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, CatalogJson.Default.Executor)!, CatalogJson.Default.Executor).ShouldBe(json);
    }

    [Theory]
    [InlineData("""{"id":"c","criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":1,"accuracy":0}},"x":1}""")]
    [InlineData("""{"id":"c"}""")]
    [InlineData("""{"id":null,"criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":1,"accuracy":0}}}""")]
    [InlineData("""{"id":"c","criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":"1","accuracy":0}}}""")]
    public void What_the_contract_does_not_know_is_refused(string json) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize(json, CatalogJson.Default.Client));
}
