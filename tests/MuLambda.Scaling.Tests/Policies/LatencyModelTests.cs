namespace MuLambda.Scaling.Tests;

/// <summary>The model against requests, batches and replicas played through one by one (<see cref="BatchQueue"/>).</summary>
public sealed class LatencyModelTests
{
    private const int Requests = 60_000;

    // The number chosen shall hold at a rate that is lower, and one less not at a rate that is higher by this: what the approximation is taken for.
    private const double Tolerance = 0.12;

    public static TheoryData<ServiceCurve, double> Services => new()
    {
        { new ServiceCurve(8, 2, 1.2, 1, 32, 1000), 60 },
        { new ServiceCurve(20, 1, 1.3, 1, 64, 1000), 100 },
        { new ServiceCurve(2, 5, 1.1, 1, 16, 1000), 50 },
        { new ServiceCurve(5, 0.2, 1.5, 2, 32, 1000), 25 },
        { new ServiceCurve(50, 1, 1.2, 4, 64, 1000), 500 },
        { new ServiceCurve(10, 0, 1.2, 1, 8, 1000), 50 },
        { new ServiceCurve(30, 0.5, 1.1, 1, 32, 1000), 75 },
    };

    [Theory]
    [MemberData(nameof(Services))]
    public void The_number_chosen_meets_the_target_and_one_less_does_not(ServiceCurve service, double targetMs)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        foreach (var load in (double[])[0.4, 1.6, 3.3, 7.4])
        {
            var model = new LatencyModel(service, 1, targetMs, 0.99, 1);
            var rate = load * model.RequestsPerMs;

            var replicas = model.Replicas(rate, 100);

            var what = $"seed {seed}, {service}, {rate * 1000:0} requests/s, {replicas} replicas";
            Late(replicas, rate * (1 - Tolerance)).ShouldBeLessThanOrEqualTo(0.0125, what);
            if (replicas > 1)
            {
                Late(replicas - 1, rate * (1 + Tolerance)).ShouldBeGreaterThan(0.0075, what);
            }
        }

        double Late(int replicas, double perMs) =>
            BatchQueue.Late(service, replicas, BatchQueue.Poisson(perMs * 1000, Requests, random), targetMs, random);
    }

    [Fact]
    public void More_requests_never_need_fewer_and_more_replicas_are_never_worse()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var run = 0; run < 300; run++)
        {
            var service = new ServiceCurve(random.Next(1, 50), random.NextDouble() * 5, 1 + random.NextDouble(), random.Next(1, 5), random.Next(1, 64), 100);
            var model = new LatencyModel(service, random.Next(1, 4), service.ExpectedMs(4) * (1 + (5 * random.NextDouble())), 0.99, random.Next(1, 20));
            var last = 0;
            for (var rate = 0.001; rate < 10; rate *= 1.3)
            {
                var replicas = model.Replicas(rate, 50);
                replicas.ShouldBeGreaterThanOrEqualTo(last, $"seed {seed}, run {run}, {service}, {rate}");
                last = replicas;
                model.Late(rate, 20).ShouldBeLessThanOrEqualTo(model.Late(rate, 10) + 1e-9, $"seed {seed}, run {run}, {service}, {rate}");
            }
        }
    }

    [Fact]
    public void Requests_that_come_together_need_more()
    {
        var service = new ServiceCurve(8, 2, 1.2, 1, 32, 1000);
        var even = new LatencyModel(service, 1, 60, 0.99, 1);
        var together = new LatencyModel(service, 1, 60, 0.99, 10);
        var (rate, random) = (1.5 * even.RequestsPerMs, new Random(5));

        var (few, more) = (even.Replicas(rate, 100), together.Replicas(rate, 100));

        more.ShouldBeGreaterThan(few);
        BatchQueue.Late(service, few, BatchQueue.Poisson(rate * 1000, Requests, random, together: 10), 60, random).ShouldBeGreaterThan(0.01);
        BatchQueue.Late(service, more, BatchQueue.Poisson(rate * 1000, Requests, random, together: 10), 60, random).ShouldBeLessThan(0.01);
    }

    [Fact]
    public void What_no_number_meets_is_not_feasible()
    {
        var service = new ServiceCurve(8, 2, 1.2, 1, 32, 1000);

        new LatencyModel(service, 1, 11.9, 0.99, 1).IsFeasible.ShouldBeFalse("one alone takes 10 ms, and 12 ms with the wanted probability");
        new LatencyModel(service, 1, 12.1, 0.99, 1).IsFeasible.ShouldBeTrue();
    }

    [Fact]
    public void No_request_needs_no_replica_and_too_many_need_more_than_there_may_be()
    {
        var model = new LatencyModel(new ServiceCurve(8, 2, 1.2, 1, 32, 1000), 1, 60, 0.99, 1);

        model.Replicas(0, 8).ShouldBe(0);
        model.Replicas(100, 8).ShouldBe(9);
        model.Replicas(1e-9, 8).ShouldBe(1);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959964)]
    [InlineData(0.99, 2.326348)]
    [InlineData(0.999, 3.090232)]
    [InlineData(0.01, -2.326348)]
    public void Quantiles_of_the_normal_distribution_are_those_of_the_tables(double probability, double z)
    {
        NormalDistribution.Quantile(probability).ShouldBe(z, 1e-4);
        NormalDistribution.Above(z).ShouldBe(1 - probability, 1e-5);
    }
}
