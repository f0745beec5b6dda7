using System.Net;
using System.Text;
using System.Text.Json;

namespace MuLambda.Registry.Tests.Deployments;

public sealed class DeploymentTests : IAsyncLifetime
{
    private RegistryServer _registry = null!;

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync()
    {
        _registry = await RegistryServer.StartAsync();
        await _registry.PutModelAsync();
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task A_deployment_is_read_listed_changed_and_deleted()
    {
        await _registry.PutModelAsync("other");
        var there = await Client.PutDeploymentAsync(new Deployment("other"));
        await Client.PutDeploymentAsync(new Deployment("echo", 1, 1, 2, "fixed", 60, "edge-1"));

        there.ShouldBe(new(new Deployment("other", null, 0, 8, "slo", 600), true));
        (await Client.PutDeploymentAsync(new Deployment("other", Max: 3))).Created.ShouldBeFalse();
        (await Client.GetDeploymentAsync("echo")).ShouldBe(new Deployment("echo", 1, 1, 2, "fixed", 60, "edge-1"));
        (await Client.GetDeploymentsAsync()).Select(d => (d.Model, d.Max)).ShouldBe([("echo", 2), ("other", 3)]);
        (await Client.DeleteDeploymentAsync("echo")).ShouldBeTrue();
        (await Client.DeleteDeploymentAsync("echo")).ShouldBeFalse();
        (await Client.GetDeploymentAsync("echo")).ShouldBeNull();
    }

    [Fact]
    public async Task The_options_of_its_policy_are_kept()
    {
        var options = new Dictionary<string, double> { ["replicas"] = 3 };

        await Client.PutDeploymentAsync(new Deployment("echo", Policy: "fixed", Options: options));

        (await Client.GetDeploymentAsync("echo"))!.Options.ShouldBe(options);
    }

    [Fact]
    public async Task It_outlives_a_restart_and_is_in_the_feed()
    {
        await Client.PutDeploymentAsync(new Deployment("echo"));
        await _registry.StopAsync();
        await _registry.StartAsync();
        await Client.DeleteDeploymentAsync("echo");

        var changes = await Client.WatchAsync(1, null, Deadline.Token())
            .Where(change => change.Type != CatalogChangeType.Heartbeat).Take(2).ToListAsync();

        changes.ShouldBe(
        [
            new(CatalogChangeType.Put, 2, CatalogKind.Deployment, "echo", Deployment: new Deployment("echo")),
            new(CatalogChangeType.Delete, 3, CatalogKind.Deployment, "echo"),
        ]);
    }

    [Theory]
    [InlineData("nobody", null, "model", "nobody")]
    [InlineData("echo", 7L, "version", "echo@7")]
    [InlineData("ech", null, "model", "ech")]
    public async Task What_is_not_registered_cannot_be_deployed(string model, long? version, string path, string named)
    {
        var refused = await Should.ThrowAsync<RegistryException>(() => Client.PutDeploymentAsync(new Deployment(model, version)));

        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Errors[path].ShouldHaveSingleItem().ShouldContain(named);
    }

    [Theory]
    [InlineData("""{"model": "other"}""", "model")]
    [InlineData("""{"model": "echo", "min": 9}""", "max")]
    [InlineData("""{"model": "echo", "max": 65}""", "max")]
    [InlineData("""{"model": "echo", "min": -1}""", "min")]
    [InlineData("""{"model": "echo", "keepWarmSeconds": 86401}""", "keepWarmSeconds")]
    [InlineData("""{"model": "echo", "node": "Edge"}""", "node")]
    [InlineData("""{"model": "echo", "policy": "magic"}""", "policy")]
    [InlineData("""{"model": "echo", "policy": "fixed", "options": {"pods": 2}}""", "options.pods")]
    [InlineData("""{"model": "echo", "policy": "fixed", "options": {"replicas": -1}}""", "options.replicas")]
    [InlineData("""{"model": "echo", "policy": "fixed", "options": {"replicas": "2"}}""", "options.replicas")]
    [InlineData("""{"model": "echo", "replicas": 3}""", "replicas")]
    [InlineData("""{"model": "echo", "max": 2, "max": 3}""", "max")]
    [InlineData("""{"model": "echo", "policy": "fixed", "options": {"replicas": 2, "replicas": 3}}""", "options.replicas")]
    [InlineData("""{"max": 3}""", "model")]
    public async Task A_deployment_outside_the_limits_is_refused_by_the_path_of_its_field(string body, string path)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _registry.Http.PutAsync("/v1/deployments/echo", content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldContain(path);
    }

    [Fact]
    public async Task The_version_a_deployment_names_cannot_be_deleted_and_others_can()
    {
        await _registry.PutModelAsync(version: 2);
        await Client.PutDeploymentAsync(new Deployment("echo", 1));

        var refused = await Should.ThrowAsync<RegistryException>(() => Client.DeleteModelAsync("echo", 1));

        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Detail!.ShouldContain("deployment 'echo'");
        (await Client.DeleteModelAsync("echo", 2)).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_a_deployed_model_the_last_version_cannot_be_deleted_until_the_deployment_is()
    {
        await _registry.PutModelAsync(version: 2);
        await Client.PutDeploymentAsync(new Deployment("echo"));

        (await Client.DeleteModelAsync("echo", 2)).ShouldBeTrue();
        (await Should.ThrowAsync<RegistryException>(() => Client.DeleteModelAsync("echo", 1))).Status.ShouldBe(HttpStatusCode.Conflict);

        await Client.DeleteDeploymentAsync("echo");
        (await Client.DeleteModelAsync("echo", 1)).ShouldBeTrue();
    }
}
