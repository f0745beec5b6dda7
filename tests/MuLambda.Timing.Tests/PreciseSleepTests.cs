using System.Diagnostics;

namespace MuLambda.Timing.Tests;

public sealed class PreciseSleepTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(0.2)]
    [InlineData(7.3)]
    public void A_sleep_never_ends_too_early(double milliseconds)
    {
        var due = Stopwatch.GetTimestamp() + (long)(milliseconds / 1000 * Stopwatch.Frequency);

        PreciseSleep.Until(due, CancellationToken.None).ShouldBeTrue();

        Stopwatch.GetTimestamp().ShouldBeGreaterThanOrEqualTo(due);
    }

    [Fact]
    public async Task A_token_ends_even_a_sleep_of_weeks()
    {
        using var cancellation = new CancellationTokenSource();
        var sleeping = new TaskCompletionSource();
        var sleep = Task.Run(() =>
        {
            sleeping.SetResult();
            return PreciseSleep.Until(Stopwatch.GetTimestamp() + (60L * 24 * 3600 * Stopwatch.Frequency), cancellation.Token);
        });
        await sleeping.Task;

        await cancellation.CancelAsync();

        (await sleep.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeFalse();
    }
}
