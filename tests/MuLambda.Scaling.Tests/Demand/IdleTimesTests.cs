namespace MuLambda.Scaling.Tests;

public sealed class IdleTimesTests
{
    [Theory]
    [InlineData(700)]
    [InlineData(60_000)]
    [InlineData(7_200_000)]
    public void Equal_idle_times_are_forecast_within_a_bin(double idleMs)
    {
        var forecast = Of(Enumerable.Repeat(idleMs, 10)).Forecast(0, 0.05, 0.99)!.Value;

        forecast.HeadMs.ShouldBeInRange(idleMs * 15 / 16, idleMs);
        forecast.TailMs.ShouldBeInRange(idleMs, idleMs * 17 / 16);
    }

    [Fact]
    public void Head_and_tail_are_percentiles()
    {
        var times = Of(Enumerable.Range(1, 100).Select(i => 30_000 + (i * 20.0)));

        var all = times.Forecast(0, 0, 1)!.Value;
        all.HeadMs.ShouldBeInRange(29_000, 30_020);
        all.TailMs.ShouldBeInRange(32_000, 34_000);
        times.Forecast(0, 0.05, 0.5)!.Value.TailMs.ShouldBeLessThanOrEqualTo(32_000);
    }

    [Fact]
    public void One_value_is_a_forecast_that_says_how_many_it_is_based_on() =>
        Of([60_000]).Forecast(0, 0.05, 0.99).ShouldBe(new IdleForecast(60_000, 62_000, 1));

    [Fact]
    public void Nothing_is_forecast_from_no_value_or_evenly_spread_ones_or_when_most_are_out_of_bounds()
    {
        new IdleTimes().Forecast(0, 0.05, 0.99).ShouldBeNull();
        Of(Enumerable.Range(0, 8000).Select(i => 250 * Math.Pow(2, i / 500.0))).Forecast(0, 0.05, 0.99).ShouldBeNull();
        Of([.. Enumerable.Repeat(60_000.0, 4), .. Enumerable.Repeat(IdleTimes.LongestMs, 5)]).Forecast(0, 0.05, 0.99).ShouldBeNull();
    }

    [Fact]
    public void When_the_short_ones_have_passed_the_long_ones_are_expected()
    {
        var times = Of(Enumerable.Repeat(2_000.0, 300).Concat(Enumerable.Repeat(300_000.0, 4)));

        times.Forecast(0, 0.05, 0.99)!.Value.HeadMs.ShouldBeLessThanOrEqualTo(2_000);
        times.Forecast(5_000, 0.05, 0.99)!.Value.HeadMs.ShouldBeInRange(280_000, 300_000);
        times.Forecast(400_000, 0.05, 0.99).ShouldBeNull();
    }

    [Fact]
    public void Old_values_fade_within_days()
    {
        var times = Of(Enumerable.Repeat(60_000.0, 10));
        for (var day = 2; day < 6; day++)
        {
            times.Add(600_000, day * 24 * 3_600_000.0);
        }

        times.Add(600_000, 6 * 24 * 3_600_000.0);
        times.Add(600_000, 6.05 * 24 * 3_600_000.0);
        times.Add(600_000, 6.1 * 24 * 3_600_000.0);
        times.Forecast(0, 0.05, 0.99)!.Value.HeadMs.ShouldBeGreaterThan(500_000);
    }

    private static IdleTimes Of(IEnumerable<double> idle)
    {
        var times = new IdleTimes();
        var nowMs = 0.0;
        foreach (var ms in idle)
        {
            times.Add(ms, nowMs += 1);
        }

        return times;
    }
}
