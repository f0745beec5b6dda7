using MuLambda.Catalog;
using MuLambda.Scaler.Tests.Support;

namespace MuLambda.Scaler.Tests;

/// <summary>The scaler over a real registry and real executors.</summary>
public sealed class ScalerProcessTests : IAsyncLifetime
{
    private ScalerPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await ScalerPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task What_is_deployed_is_launched_answers_and_is_retired_when_it_is_deployed_no_more()
    {
        using var scaler = await _platform.StartScalerAsync();
        await _platform.DeployAsync("digits-linear", 2);

        var ready = ScalerPlatform.Ready(await _platform.ReadyAsync("digits-linear", 2), "digits-linear");
        foreach (var executor in ready)
        {
            (await _platform.AskAsync(executor, "digits-linear")).ShouldBe(200);
            executor.Models.ShouldBe([new ModelReference("digits-linear", 1)]);
            executor.Launch!.Deployments.ShouldBe(["digits-linear"]);
            executor.Launch.Attempt.ShouldBe(1);
            executor.Launch.Steps[0].ShouldBe(new LaunchStep(LaunchPhase.Pending, 0));
            executor.Launch.Steps[^1].Phase.ShouldBe(LaunchPhase.Ready);
            executor.Launch.Steps.Select(step => step.AtMs).ShouldBeInOrder();
        }

        var decision = (await _platform.Registry.GetDecisionsAsync("digits-linear"))[^1];
        decision.Desired.ShouldBe(2);
        decision.Policy.ShouldBe("fixed");
        var status = await ScalerPlatform.StatusAsync(scaler);
        status.GetProperty("deployments")[0].GetProperty("ready").GetInt32().ShouldBe(2);

        await _platform.Registry.DeleteDeploymentAsync("digits-linear");
        await _platform.WaitAsync("no executor", catalog => catalog.Executors.IsEmpty);
        await _platform.UntilAsync("no process", () => _platform.Executors.Count == 0);
    }
}
