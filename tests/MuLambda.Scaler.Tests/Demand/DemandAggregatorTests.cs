using MuLambda.Scaler.Demand;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Tests.Demand;

public sealed class DemandAggregatorTests
{
    private readonly DemandAggregator _demand = new(sinceMs: 0);

    [Fact]
    public void What_was_counted_before_anybody_listened_is_no_demand_of_now()
    {
        Report("one", 60_000, 1_000, Model(requests: 5000));
        Take(1_500).Requests.ShouldBe(0);

        Report("one", 60_500, 1_600, Model(requests: 5010));
        Take(2_000).Requests.ShouldBe(10);
    }

    [Fact]
    public void A_selector_that_began_after_the_listening_is_counted_from_its_beginning()
    {
        Report("one", 400, 1_000, Model(requests: 3));

        Take(1_500).Requests.ShouldBe(3);
    }

    [Fact]
    public void Nothing_is_lost_with_a_report_that_was_missed()
    {
        Report("one", 400, 1_000, Model(requests: 3, good: 1));
        Report("one", 2_400, 3_000, Model(requests: 30, good: 20, items: 60));

        var sample = Take(3_000);
        (sample.Requests, sample.Good, sample.Items).ShouldBe((30, 20, 60));
        Take(3_500).Requests.ShouldBe(0);
    }

    [Fact]
    public void A_selector_that_began_anew_counts_from_nothing_again()
    {
        Report("one", 60_000, 1_000, Model(requests: 5000));
        Report("one", 100, 2_000, Model(requests: 4), epoch: "two");

        Take(2_000).Requests.ShouldBe(4);
    }

    [Fact]
    public void Selectors_and_versions_of_a_model_are_added_up()
    {
        Report("one", 500, 1_000, Model(requests: 2, waiting: 1), Model(requests: 3, inFlight: 4) with { Model = "a@2" }, Model(requests: 100) with { Model = "b@1" });
        Report("two", 500, 1_000, Model(requests: 5, waiting: 2, waitingCold: 2));

        var sample = Take(1_000);
        (sample.Requests, sample.Waiting, sample.WaitingCold, sample.InFlight).ShouldBe((10, 3, 2, 4));
    }

    [Fact]
    public void Concurrency_is_the_mean_of_the_reports_and_stays_where_none_came_since()
    {
        Report("one", 500, 1_000, Model(busyMs: 0));
        Report("one", 1_000, 1_500, Model(busyMs: 1_000) with { BusyReplicaMs = 500 });
        Take(1_500).Concurrency.ShouldBe(1);

        Report("one", 1_500, 2_000, Model(busyMs: 3_000) with { BusyReplicaMs = 1_000 });
        var sample = Take(2_000);
        (sample.Concurrency, sample.BusyReplicas).ShouldBe((4, 1));
        Take(2_100).Concurrency.ShouldBe(4);
    }

    [Fact]
    public void What_a_selector_that_is_gone_had_under_way_is_forgotten()
    {
        Report("one", 500, 1_000, Model(busyMs: 1_000, waiting: 5));
        _demand.Keep(["two"]);

        var sample = Take(1_500);
        (sample.Concurrency, sample.Waiting).ShouldBe((0, 0));
    }

    [Fact]
    public void The_demand_is_known_while_every_selector_reports_and_without_any_it_is_not()
    {
        _demand.IsFresh([], 1_000, 3_000).ShouldBeFalse();
        Report("one", 500, 1_000);

        _demand.IsFresh(["one"], 4_000, 3_000).ShouldBeTrue();
        _demand.IsFresh(["one"], 4_001, 3_000).ShouldBeFalse();
        _demand.IsFresh(["one", "two"], 1_000, 3_000).ShouldBeFalse();
    }

    [Fact]
    public void Only_requests_that_begin_to_wait_for_a_cold_start_hurry()
    {
        Report("one", 500, 1_000, Model(waitingCold: 1)).ShouldBeTrue();
        Report("one", 1_000, 1_500, Model(waitingCold: 1)).ShouldBeFalse();
        Report("one", 1_500, 2_000, Model(waitingCold: 2)).ShouldBeTrue();
        Report("one", 2_000, 2_500, Model()).ShouldBeFalse();
    }

    [Fact]
    public void The_strictest_objective_and_the_curve_learned_from_most_answers_count()
    {
        var (few, many) = (new ServiceCurve(1, 1, 1, 1, 8, 10), new ServiceCurve(2, 2, 1, 1, 8, 1000));
        Report("one", 500, 1_000, Model() with { TargetMs = 50, Probability = 0.9, Service = few, P95Ms = 20 });
        Report("two", 500, 1_000, Model() with { TargetMs = 20, Probability = 0.99, Service = many, P95Ms = 30 });

        var demand = _demand.Take("a", 1_000, 2);
        (demand.TargetMs, demand.Probability, demand.Service, demand.Sample.P95Ms, demand.Sample.Replicas).ShouldBe((20, 0.99, many, 30, 2));
    }

    private bool Report(string selector, double uptimeMs, double nowMs, params ModelDemand[] models) =>
        _demand.Add(new DemandReport(selector, "one", uptimeMs, models), nowMs);

    private void Report(string selector, double uptimeMs, double nowMs, ModelDemand model, string epoch) =>
        _demand.Add(new DemandReport(selector, epoch, uptimeMs, [model]), nowMs);

    private DemandSample Take(double nowMs) => _demand.Take("a", nowMs, 0).Sample;

    private static ModelDemand Model(
        long requests = 0, long items = 0, double busyMs = 0, long good = 0, int waiting = 0, int inFlight = 0, int waitingCold = 0) =>
        new("a@1", requests, items, busyMs, good, 0, waiting, inFlight, waitingCold);
}
