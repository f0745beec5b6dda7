namespace MuLambda.Simulation.Tests;

public sealed class ServiceTimeTests
{
    [Theory]
    [InlineData(ServerDiscipline.Fifo)]
    [InlineData(ServerDiscipline.Sharing)]
    public void A_fitted_model_reproduces_the_measurements_it_was_fitted_to(ServerDiscipline discipline)
    {
        // Measured at a server of 4 slots, 3 ms + 0.5 ms an item, with as many streams as the concurrency says.
        var truth = new QueueingServiceTime(3, 0.5, slots: 4, Scatter.LogNormal(0.2), discipline);
        var measured = (from items in new[] { 1, 8, 32 } from streams in new[] { 1, 4, 8, 16 } select (items, streams)).ToList();
        var samples = measured.SelectMany(m => Times(truth, m.items, m.streams).Select(ms => new ServiceSample(m.items, m.streams, ms)));

        var fit = ServiceTimeFit.Of([.. samples]);

        fit.Slots.ShouldBe(4);
        fit.BaseMs.ShouldBe(3, tolerance: 0.3);
        fit.PerItemMs.ShouldBe(0.5, tolerance: 0.05);
        foreach (var (items, streams) in measured)
        {
            foreach (var empirical in new[] { false, true })
            {
                var fitted = Times(fit.ToServiceTime(discipline, empirical), items, streams).Average();
                fitted.ShouldBe(Times(truth, items, streams).Average(), tolerance: 0.1 * fitted, $"{items} items, {streams} streams");
            }
        }
    }

    [Fact]
    public void A_fit_says_how_far_it_is_off()
    {
        ServiceTimeFit.Of([new(1, 1, 5), new(11, 1, 15), new(21, 1, 25)]).RelativeError.ShouldBe(0, tolerance: 1e-9);

        // No line goes through these.
        ServiceTimeFit.Of([new(1, 1, 5), new(11, 1, 50), new(21, 1, 25)]).RelativeError.ShouldBeGreaterThan(0.2);
    }

    [Fact]
    public void Measurements_of_one_size_are_all_base()
    {
        var fit = ServiceTimeFit.Of([new(10, 1, 20), new(10, 1, 20)]);

        fit.BaseMs.ShouldBe(20, tolerance: 1e-9);
        fit.PerItemMs.ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, double.NaN)]
    public void A_measurement_that_is_none_is_named(int items, int concurrency, double ms) =>
        Should.Throw<ArgumentException>(() => ServiceTimeFit.Of([new(1, 1, 1), new(items, concurrency, ms)]))
            .Message.ShouldStartWith("samples[1] is");

    public static TheoryData<string, double> Scatters => new()
    {
        { "none", 0 }, { "exponential", 1 }, { "log-normal", Math.Exp(0.25) - 1 }, { "empirical", 0.5 },
    };

    [Theory]
    [MemberData(nameof(Scatters))]
    public void Scatter_has_mean_1_and_its_variance(string name, double variance)
    {
        var scatter = name switch
        {
            "none" => Scatter.None,
            "exponential" => Scatter.Exponential,
            "log-normal" => Scatter.LogNormal(0.5),
            _ => Scatter.Empirical([0, 3, 3]),
        };

        var factors = Enumerable.Range(0, 100_000).Select(i => scatter.Factor(RequestChance.Of(5, 0, 0, i))).ToList();

        factors.Average().ShouldBe(1, tolerance: 0.02);
        factors.Average(f => (f - 1) * (f - 1)).ShouldBe(variance, tolerance: 0.04);
        scatter.Variance.ShouldBe(variance, tolerance: 1e-9);
    }

    [Fact]
    public void What_a_request_is_expected_to_take_is_what_it_takes_in_the_mean()
    {
        // Three wait in line before it; the first was just begun, so none of its time is over.
        var service = new QueueingServiceTime(10, 1, slots: 1);

        service.MeanMs(items: 2, inside: 0).ShouldBe(12);
        service.MeanMs(items: 2, inside: 3).ShouldBe(12 + (2.5 * 12));
        new QueueingServiceTime(10, 1, 2, Scatter.Exponential).MeanMs(2, 3).ShouldBe(12 + (2 * 12 / 2));
        new QueueingServiceTime(10, discipline: ServerDiscipline.Sharing, slots: 2).MeanMs(1, 3).ShouldBe(20);
        new SyntheticServiceTime(10, 0.001, 0.1, 6).MeanMs(7, 2).ShouldBe(10 + 7 + 200 + 3);
    }

    private static List<double> Times(ServiceTime service, int items, int streams)
    {
        var spec = Clusters.One(service, new ClosedLoop(streams, 3000 / streams));
        spec = spec with { Clients = [spec.Clients[0] with { Items = new ItemCount.Fixed(items) }] };
        return [.. Clusters.Run(spec, "round-robin").Select(r => r.RoundTripMs)];
    }
}
