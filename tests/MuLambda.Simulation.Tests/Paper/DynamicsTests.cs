using MuLambda.Simulation.Paper;

namespace MuLambda.Simulation.Tests.Paper;

public sealed class DynamicsTests
{
    private static readonly PaperCell Cell = PaperDynamics.Cells(PaperGrid.Published).First(cell => cell is { Schedule.Name: "parity", UseCase.Name: "scp" });

    [Theory]
    [InlineData("1111000000", 5, 0.5, 4)] // After three, one of the seven that follow is left, and a quarter of the usual share would be 0.9.
    [InlineData("0000000000", 5, 0.5, 0)]
    [InlineData("1010101010", 5, 0.5, null)]
    [InlineData("1111111111", 5, 1, null)]
    [InlineData("1100000000", 5, 1, 0)] // Two of ten are less than a quarter.
    public void Traffic_is_lost_with_the_last_request_above_a_quarter_of_the_usual_share(
        string toExecutor, int within, double usualShare, int? requests) =>
        Slowdown.CountUntilLost([.. toExecutor.Select(c => c == '1')], within, usualShare).ShouldBe(requests);

    [Fact]
    public void A_policy_that_does_not_look_keeps_sending_to_the_slowed_executor()
    {
        var slowdown = Slowdown.Run(Cell, "round-robin", 1, default);

        slowdown.UsualShare.ShouldBe(1.0 / 16, 0.015);
        slowdown.RequestsUntilLost.ShouldBeNull();
        slowdown.BackAfterMs.ShouldBe(0);
        slowdown.Shares.Count.ShouldBe(120);
    }

    [Fact]
    public void The_busiest_executor_is_the_one_that_is_slowed()
    {
        var slowdown = Slowdown.Run(Cell, "plain-net-latency", 1, default);

        slowdown.Executor.ShouldBe("node0-fastbad");
        slowdown.UsualShare.ShouldBe(1);
    }

    [Fact]
    public void An_executor_that_ends_fails_no_request()
    {
        foreach (var policy in PaperGrid.Policies)
        {
            var kill = Kill.Run(Cell, policy, 1, default);

            kill.Requests.ShouldBeGreaterThan(0);
            kill.Failed.ShouldBe(0, policy);
        }

        Kill.Run(Cell, "plain-net-latency", 1, default).Retried.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_policy_that_ignores_weights_serves_the_first_request_after_a_change_as_well_as_the_others()
    {
        var env = PaperDynamics.Cells(PaperGrid.Published).First(cell => cell is { Schedule.Name: "parity", UseCase.Name: "env" });

        var changes = WeightChange.Run(env, "round-robin", [1, 2, 3], 200, default);

        changes.Select(change => change.Change).ShouldBe([1, 2, 3, 4]);
        changes.ShouldAllBe(change => Math.Abs(change.FirstUtility - change.LaterUtility) < 0.15);
    }

    [Fact]
    public void Selectors_that_share_nothing_but_executors_do_as_well_at_random_as_one()
    {
        var shared = SharedExecutors.Run(Cell, "random", [1, 2, 3], 200, default);

        shared.One.ShouldBeGreaterThan(0);
        shared.Loss.ShouldBe(0, 0.05);
    }

    [Fact]
    public void Results_do_not_depend_on_how_many_run_at_a_time()
    {
        var grid = PaperGrid.Published with { Schedules = [PaperSchedules.Published[1]], UseCases = [PaperUseCases.Published[0], PaperUseCases.Published[3]] };
        string[] policies = ["random", "mulambda"];
        var finished = 0;

        var one = PaperDynamics.Run(grid, policies, [1], 1, () => { }, default);
        var four = PaperDynamics.Run(grid, policies, [1], 4, () => Interlocked.Increment(ref finished), default);

        finished.ShouldBe(PaperDynamics.Count(grid, policies));
        four.Shared.Select(shared => shared.ToString()).ShouldBe(one.Shared.Select(shared => shared.ToString()));
        four.WeightChanges.Select(change => change.ToString()).ShouldBe(one.WeightChanges.Select(change => change.ToString()));
        four.Slowdowns.SelectMany(slowdown => slowdown.Shares).ShouldBe(one.Slowdowns.SelectMany(slowdown => slowdown.Shares));
        four.Kills.SelectMany(kill => kill.Shares).ShouldBe(one.Kills.SelectMany(kill => kill.Shares));
        DynamicsGoals.Check(four).Select(goal => goal.Checks.Count).ShouldBe([12, 3, 3, 3, 6]);
    }
}
