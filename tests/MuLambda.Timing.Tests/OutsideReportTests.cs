namespace MuLambda.Timing.Tests;

public sealed class OutsideReportTests
{
    private readonly OutsideReport _report = new();

    [Fact]
    public void What_a_request_took_beyond_its_time_in_the_selector_is_told_once()
    {
        _report.Take().ShouldBeNull();

        _report.Answered(TimeSpan.FromMilliseconds(12.5), "10.25");

        _report.Take().ShouldBe("2.25");
        _report.Take().ShouldBeNull();
    }

    [Fact]
    public void The_latest_answer_counts_and_a_clock_that_ran_differently_takes_nothing_back()
    {
        _report.Answered(TimeSpan.FromMilliseconds(12), "10");
        _report.Answered(TimeSpan.FromMilliseconds(12), "12.1");

        _report.Take().ShouldBe("0");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    public void An_answer_that_does_not_say_what_it_took_says_nothing(string? took)
    {
        _report.Answered(TimeSpan.FromMilliseconds(12), took);

        _report.Take().ShouldBeNull();
    }
}
