namespace MuLambda.Scaling.Tests;

public sealed class LaunchBackoffTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Fact]
    public void It_doubles_with_jitter_between_half_and_whole_up_to_the_bound()
    {
        var backoff = new LaunchBackoff(First, Longest, new Random(1));
        for (var failure = 1; failure <= 40; failure++)
        {
            backoff.Failed(Now, "hangs");

            var bound = Math.Min(60, Math.Pow(2, failure - 1));
            (backoff.NotBefore - Now).TotalSeconds.ShouldBeInRange(bound / 2, bound);
            backoff.Failures.ShouldBe(failure);
        }
    }

    [Fact]
    public void Two_that_fail_together_are_not_tried_together()
    {
        var random = new Random(1);
        var (one, other) = (new LaunchBackoff(First, Longest, random), new LaunchBackoff(First, Longest, random));
        one.Failed(Now, "hangs");
        other.Failed(Now, "hangs");

        one.NotBefore.ShouldNotBe(other.NotBefore);
    }

    [Fact]
    public void Success_forgets_what_failed()
    {
        var backoff = new LaunchBackoff(First, Longest, new Random(1));
        backoff.Failed(Now, "hangs");
        backoff.Reason.ShouldBe("hangs");

        backoff.Succeeded();

        backoff.Failures.ShouldBe(0);
        backoff.Reason.ShouldBeNull();
        backoff.NotBefore.ShouldBeLessThan(Now);
    }
}
