using MuLambda.Catalog;

namespace MuLambda.Selector.Tests.DemandReports;

/// <summary>What is known of the demand for a model lately.</summary>
public sealed class ModelCounterTests
{
    private readonly ModelCounter _counter = new(new ModelReference("cnn", 1));

    [Fact]
    public void The_strictest_objective_is_forgotten_when_nobody_has_it_any_more()
    {
        var (lenient, strict) = (new Catalog.Slo(500, 0.9), new Catalog.Slo(50, 0.99));
        _counter.Came(1, lenient);
        _counter.Came(1, strict);
        _counter.Came(1, null);
        _counter.Came(1, lenient);
        Read(1).TargetMs.ShouldBe(50);

        for (var second = 2; second <= 70; second++)
        {
            _counter.Came(1, lenient);
            Read(second);
        }

        Read(71).TargetMs.ShouldBe(500);
        Read(200).TargetMs.ShouldBeNull("nobody came for two minutes");
    }

    [Fact]
    public void Of_two_objectives_of_one_time_the_larger_share_is_told()
    {
        _counter.Came(1, new Catalog.Slo(50, 0.9));
        _counter.Came(1, new Catalog.Slo(50, 0.999));

        Read(1).Probability.ShouldBe(0.999);
    }

    [Fact]
    public void Latencies_are_those_of_lately()
    {
        for (var i = 1; i <= 100; i++)
        {
            _counter.Ended(DemandOutcome.Good, i);
        }

        _counter.Ended(DemandOutcome.Bad, double.NaN);
        var now = Read(1);
        (now.Good, now.Bad).ShouldBe((100, 1));
        now.P95Ms.ShouldNotBeNull().ShouldBe(95, 2);
        Read(100).P95Ms.ShouldBeNull();
    }

    private Scaling.ModelDemand Read(int second) =>
        _counter.Read(TimeSpan.FromSeconds(second), second * TimeSpan.TicksPerSecond, 1e-4, waiting: 0, waitingCold: 0, replicasMs: 0);
}
