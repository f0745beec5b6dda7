using MuLambda.Catalog;
using MuLambda.Cli.Executors;

namespace MuLambda.Cli.Tests.Deployments;

public sealed class LaunchViewTests
{
    private static readonly Deployment Newest = new("m", Min: 1);

    [Fact]
    public void Replicas_of_the_version_that_is_wanted_count()
    {
        var catalog = With(Of("new", 2, ExecutorState.Ready), Of("old", 1, ExecutorState.Ready), Of("starting", 2, ExecutorState.Loading));

        var view = LaunchView.Of(catalog, Newest);
        var pinned = LaunchView.Of(catalog, Newest with { Version = 1 });

        (view.Ready, view.HasScaler).ShouldBe((1, false));
        view.Executors.Select(executor => executor.Id).ShouldBe(["new", "starting"]);
        pinned.Ready.ShouldBe(1);
        pinned.Executors.ShouldHaveSingleItem().Id.ShouldBe("old");
    }

    [Fact]
    public void Executors_that_nobody_launched_that_are_others_or_are_retired_do_not()
    {
        var catalog = With(
            Of("by-hand", 2, ExecutorState.Ready) with { Launch = null },
            Of("of-another", 2, ExecutorState.Ready, "other"),
            Of("retired", 2, ExecutorState.Draining));

        LaunchView.Of(catalog, Newest).Executors.ShouldBeEmpty();
    }

    [Fact]
    public void A_shared_executor_that_serves_others_already_is_not_ready_before_it_has_loaded_the_model()
    {
        var shared = Of("shared", 2, ExecutorState.Ready) with { Models = [new ModelReference("other", 1)] };

        var view = LaunchView.Of(With(shared), Newest);

        view.Executors.ShouldHaveSingleItem();
        view.Ready.ShouldBe(0);
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData("edge-1", 1)]
    [InlineData("edge-9", 0)]
    public void Where_it_may_run_on_one_node_only_replicas_on_others_do_not_count(string? node, int ready)
    {
        var catalog = With(
            Of("here", 2, ExecutorState.Ready) with { Node = "edge-1" }, Of("there", 2, ExecutorState.Ready) with { Node = "edge-2" });

        LaunchView.Of(catalog, Newest with { Node = node }).Ready.ShouldBe(ready);
    }

    [Fact]
    public void Whether_a_scaler_leads_is_told()
    {
        var led = With().Apply(new CatalogChange(
            CatalogChangeType.Put, 9, CatalogKind.Leadership, "scaler", Leadership: new Leadership("scaler", "s", Token: 9)));

        LaunchView.Of(led, Newest).HasScaler.ShouldBeTrue();
    }

    [Fact]
    public void Who_watches_sees_a_line_for_each_executor()
    {
        var launch = new ExecutorLaunch(["m"], DateTimeOffset.UnixEpoch, [new(LaunchPhase.Pending, 0), new(LaunchPhase.Downloading, 80), new(LaunchPhase.Loading, 100)], 2);
        var view = new LaunchView(
            [
                Of("first", 2, ExecutorState.Pending),
                Of("second", 2, ExecutorState.Loading) with { Launch = launch },
                Of("third", 2, ExecutorState.Ready) with { Launch = launch with { Steps = [.. launch.Steps, new(LaunchPhase.Ready, 312)], Attempt = 1 } },
                Of("fourth", 2, ExecutorState.Failed) with { Reason = "It crashed." },
            ],
            1,
            HasScaler: true);

        LaunchDisplay.LinesOf(view).ShouldBe(
        [
            "first on n: pending",
            "second on n: loading, attempt 2 (pending 80 ms, downloading 20 ms)",
            "third on n: ready after 312 ms (pending 80 ms, downloading 20 ms, loading 212 ms)",
            "fourth on n: failed, It crashed.",
        ]);
        LaunchDisplay.LinesOf(view with { Executors = [] }).ShouldBe(["waiting for the scaler"]);
        LaunchDisplay.LinesOf(new LaunchView([], 0, HasScaler: false)).ShouldBe(["no scaler leads yet; waiting for one"]);
    }

    private static Executor Of(string id, long version, ExecutorState state, string deployment = "m") => new(
        id, "n", [new ModelReference("m", version)], new ExecutorEndpoints("http://127.0.0.1:1"), state,
        Launch: new ExecutorLaunch([deployment], DateTimeOffset.UnixEpoch, [new LaunchStep(LaunchPhase.Pending, 0)]));

    private static CatalogSnapshot With(params Executor[] executors)
    {
        var catalog = CatalogSnapshot.Empty;
        foreach (var version in (long[])[1, 2])
        {
            var model = new Model(
                "m", version, "t", "i", "o", new Accuracy("top-1", 1), [], ModelFormat.Onnx, 1, "ab", null, DateTimeOffset.UnixEpoch);
            catalog = catalog.Apply(new CatalogChange(
                CatalogChangeType.Put, catalog.Revision + 1, CatalogKind.Model, model.Reference.ToString(), Model: model));
        }

        return executors.Aggregate(catalog, (now, executor) => now.Apply(new CatalogChange(
            CatalogChangeType.Put, now.Revision + 1, CatalogKind.Executor, executor.Id, Executor: executor)));
    }
}
