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
            (await ScalerPlatform.AskAsync(executor, "digits-linear")).ShouldBe(200);
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

    [Fact]
    public async Task A_request_that_waits_wakes_what_has_gone_to_zero_and_it_goes_there_again()
    {
        using var scaler = await _platform.StartScalerAsync("--pool", "1");
        await _platform.Registry.PutDeploymentAsync(new Deployment("digits-linear", Max: 2, KeepWarmSeconds: 0));
        await _platform.UntilAsync("an executor of the pool", async () =>
            (await ScalerPlatform.StatusAsync(scaler)).GetProperty("executors").EnumerateArray().Any(executor => executor.GetProperty("isListening").GetBoolean()));
        var spare = _platform.Executors.Single();

        _platform.Selector.Report(SelectorStandIn.WaitingCold("digits-linear@1", 3));
        var executor = ScalerPlatform.Ready(await _platform.ReadyAsync("digits-linear", 1), "digits-linear").Single();
        (await ScalerPlatform.AskAsync(executor, "digits-linear")).ShouldBe(200);
        executor.Id.ShouldStartWith("pool-");
        Machine.Processes(executor.Id).ShouldContain(spare);

        _platform.Selector.Report(SelectorStandIn.WaitingCold("digits-linear@1", 3) with { Waiting = 0, WaitingCold = 0, Good = 3 });
        await _platform.ReadyAsync("digits-linear", 0);
        await _platform.UntilAsync("one executor, of the pool", () => _platform.Executors.Count == 1 && !_platform.Executors.Contains(spare));
    }

    [Fact]
    public async Task Small_models_share_one_executor_and_leave_it_one_by_one()
    {
        await _platform.PushAsync("digits-mlp-small");
        using var scaler = await _platform.StartScalerAsync("--Scaler:SmallModelMegabytes", "64");
        await _platform.DeployAsync("digits-linear", 1);
        var first = ScalerPlatform.Ready(await _platform.ReadyAsync("digits-linear", 1), "digits-linear").Single();
        await _platform.DeployAsync("digits-mlp-small", 1);

        var both = ScalerPlatform.Ready(await _platform.ReadyAsync("digits-mlp-small", 1), "digits-mlp-small").Single();
        both.Id.ShouldBe(first.Id);
        both.Models.Select(model => model.Name).ShouldBe(["digits-linear", "digits-mlp-small"], ignoreOrder: true);
        (await ScalerPlatform.AskAsync(both, "digits-linear")).ShouldBe(200);
        (await ScalerPlatform.AskAsync(both, "digits-mlp-small")).ShouldBe(200);

        await _platform.DeployAsync("digits-linear", 0);
        await _platform.ReadyAsync("digits-linear", 0);
        (await ScalerPlatform.AskAsync(both, "digits-mlp-small")).ShouldBe(200);
        await _platform.UntilAsync("the model is unloaded", async () => await ScalerPlatform.AskAsync(both, "digits-linear") == 404);
    }

    [Fact]
    public async Task A_deployment_for_another_node_is_not_launched_here()
    {
        using var scaler = await _platform.StartScalerAsync();
        await _platform.Registry.PutDeploymentAsync(new Deployment("digits-linear", Min: 1, Node: "elsewhere"));
        await _platform.PushAsync("digits-mlp-small");
        await _platform.DeployAsync("digits-mlp-small", 1);

        await _platform.ReadyAsync("digits-mlp-small", 1);

        ScalerPlatform.Ready(_platform.Feed.Current, "digits-linear").ShouldBeEmpty();
        var status = await ScalerPlatform.StatusAsync(scaler);
        status.GetProperty("deployments")[0].GetProperty("reason").GetString().ShouldBe("It is for node 'elsewhere'; this scaler launches on 'local'.");
    }

    [Fact]
    public async Task On_SIGTERM_the_executors_stay_for_the_next_scaler_or_end_where_they_are_to()
    {
        using var first = await _platform.StartScalerAsync();
        await _platform.DeployAsync("digits-linear", 1);
        await _platform.ReadyAsync("digits-linear", 1);
        var before = _platform.Executors.ShouldHaveSingleItem();

        (await first.TerminateAsync()).ShouldBe(0);
        (await _platform.Registry.GetLeadershipAsync("scaler")).ShouldBeNull();
        _platform.Executors.ShouldBe([before]);

        using var second = await _platform.StartScalerAsync("--retire-on-exit", "true");
        await _platform.UntilAsync("the next leads", async () => await _platform.Registry.GetLeadershipAsync("scaler") is not null);
        _platform.Executors.ShouldBe([before]);
        (await second.TerminateAsync()).ShouldBe(0);
        _platform.Executors.ShouldBeEmpty();
    }
}
