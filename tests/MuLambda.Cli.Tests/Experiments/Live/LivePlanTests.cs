using MuLambda.Cli.Commands;
using MuLambda.Cli.Experiments;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Tests.Experiments.Live;

public sealed class LivePlanTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(24);

    [Fact]
    public void The_usual_subset_is_four_cells_under_two_policies_and_takes_minutes()
    {
        var plan = LivePlan.Of(LiveOptions.Defaults, TimeSpan.FromMinutes(20), CancellationToken.None);

        plan.Clusters.ShouldHaveSingleItem().Select(run => (run.Cell.UseCase.Name, run.Cell.Streams, run.Policy)).ShouldBe(
            [
                ("scp", 1, "plain-net-latency"), ("scp", 1, "mulambda"), ("scp", 3, "plain-net-latency"), ("scp", 3, "mulambda"),
                ("psa", 1, "plain-net-latency"), ("psa", 1, "mulambda"), ("psa", 3, "plain-net-latency"), ("psa", 3, "mulambda"),
            ],
            ignoreOrder: true);
        plan.Requests.ShouldBe(2 * 2 * (1 + 3) * 200);
        plan.Expected.TotalMinutes.ShouldBeInRange(1, 6);
        plan.Command.ShouldStartWith(
            "mulambda experiment paper --live --schedule parity --usecase scp,psa --policy plain-net-latency,mulambda --streams 1,3 --size 10 --network spread --requests 200 --seeds 101");
    }

    [Fact]
    public void Runs_on_the_same_processes_are_together()
    {
        var grid = LiveOptions.Defaults.Grid with { Networks = PaperNetworks.Published, Streams = [1] };

        var plan = LivePlan.Of(LiveOptions.Defaults with { Grid = grid, Requests = 1 }, Long, CancellationToken.None);

        plan.Clusters.Select(runs => runs.Select(run => run.Cell.Network.Name).Distinct()).ShouldBe([["spread"], ["zero"]]);
    }

    [Fact]
    public void What_would_take_hours_is_refused_with_how_long()
    {
        var grid = LiveOptions.Defaults.Grid with { Sizes = [1000], Streams = [5] };

        var refused = Should.Throw<CliException>(() => LivePlan.Of(
            LiveOptions.Defaults with { Grid = grid, Requests = 1000, Seeds = [1] }, TimeSpan.FromMinutes(20), CancellationToken.None));

        refused.ExitCode.ShouldBe(ExitCodes.Usage);
        refused.Message.ShouldMatch("^--live would take about [0-9]{3,} minutes; the limit is 20. ");
        refused.Message.ShouldContain("--live-limit");
    }

    [Fact]
    public void A_bound_with_perfect_knowledge_does_not_run_on_processes() =>
        Should.Throw<CliException>(() => LivePlan.Of(LiveOptions.Defaults with { Policies = ["oracle"] }, Long, CancellationToken.None))
            .Message.ShouldContain("oracle knows what no process can know");

    [Fact]
    public void More_runs_than_a_cluster_takes_are_refused() =>
        Should.Throw<CliException>(() => LivePlan.Of(
                LiveOptions.Defaults with { Grid = LiveOptions.Defaults.Grid with { Streams = PaperGrid.Published.Streams } }, Long, CancellationToken.None))
            .Message.ShouldBe("--live: 40 runs of schedule parity are too many; the limit is 32 a schedule and network. Choose fewer policies, use cases, streams or sizes.");

    [Fact]
    public void A_schedule_of_more_executors_than_processes_may_be_is_refused()
    {
        var model = PaperModels.Published[0];
        var grid = LiveOptions.Defaults.Grid with { Schedules = [new PaperSchedule("wide", [[.. Enumerable.Repeat(model, 65)]])] };

        Should.Throw<CliException>(() => LivePlan.Of(LiveOptions.Defaults with { Grid = grid }, Long, CancellationToken.None))
            .Message.ShouldBe("--live: schedule wide has 65 executors, each a process; the limit is 64.");
    }
}
