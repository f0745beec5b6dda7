using MuLambda.Catalog;
using MuLambda.Prober.Executors;

namespace MuLambda.Prober.Tests.Executors;

public class LoadReaderTests
{
    [Theory]
    [InlineData("a 1", "a", 1.0)]
    [InlineData("a{x=\"1\"} 1\na{x=\"2\"} 2.5 1700000000000", "a", 3.5)]
    [InlineData("a{x=\"with } and \\\" inside\"} 4", "a", 4.0)]
    [InlineData("a_total 9\na 1e3", "a", 1000.0)]
    [InlineData("# HELP a text\n# TYPE a gauge", "a", null)]
    [InlineData("a NaN", "a", null)]
    [InlineData("", "a", null)]
    public void A_metric_is_the_sum_of_its_series(string text, string metric, double? expected) =>
        PrometheusText.Sum(text, metric).ShouldBe(expected);

    [Fact]
    public void Metrics_of_another_server_tell_no_load() =>
        Reader().Read(":tensorflow:serving:request_count 3\n").ShouldBeNull();

    [Fact]
    public void A_restarted_executor_counts_from_nothing()
    {
        var reader = Reader();
        reader.Read(Text(seconds: 9, count: 900));

        reader.Read(Text(seconds: 0.2, count: 10)).ShouldBe(new ExecutorLoad(0, 0, 20));
    }

    [Fact]
    public void Without_a_prediction_in_between_there_is_no_service_time()
    {
        var reader = Reader();
        reader.Read(Text(seconds: 1, count: 10));

        reader.Read(Text(seconds: 1, count: 10)).ShouldBe(new ExecutorLoad(0, 0));
    }

    private static LoadReader Reader() =>
        new(null!, new Uri("http://127.0.0.1:1"), TimeSpan.FromSeconds(1), TimeProvider.System);

    private static string Text(double seconds, int count) => FormattableString.Invariant(
        $"""
        mulambda_executor_requests_in_flight 0
        mulambda_executor_queue_length 0
        mulambda_executor_predict_seconds_sum {seconds}
        mulambda_executor_predict_seconds_count {count}
        """);
}
