using MuLambda.Catalog;
using MuLambda.Prober.Net;

namespace MuLambda.Prober.Executors;

/// <summary>Reads an executor's load from its metrics, where it has the ones of the contract.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="rest">The executor's REST API.</param>
/// <param name="timeout">How long an answer may take.</param>
/// <param name="time">The clock.</param>
internal sealed class LoadReader(HttpClient http, Uri rest, TimeSpan timeout, TimeProvider time)
{
    private readonly Uri _metrics = new(Untraced.AsBase(rest), "monitoring/prometheus/metrics");
    private (double Seconds, double Count)? _before;

    /// <summary>Reads the load; null where the executor does not tell it.</summary>
    public async Task<ExecutorLoad?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var text = await Deadline.WithinAsync(
                timeout,
                time,
                async token =>
                {
                    using var response = await http.GetAsync(_metrics, token);
                    return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(token) : "";
                },
                cancellationToken);
            return Read(text);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutException or IOException or InvalidOperationException)
        {
            // Load is a courtesy of the executor; whether it serves is seen elsewhere.
            return null;
        }
    }

    /// <summary>Reads the load from the metrics' text and remembers the counters for the next time.</summary>
    internal ExecutorLoad? Read(string text)
    {
        if (PrometheusText.Sum(text, "mulambda_executor_requests_in_flight") is not { } inFlight
            || PrometheusText.Sum(text, "mulambda_executor_queue_length") is not { } queued)
        {
            return null;
        }

        var counters = PrometheusText.Sum(text, "mulambda_executor_predict_seconds_sum") is { } seconds
            && PrometheusText.Sum(text, "mulambda_executor_predict_seconds_count") is { } count
                ? (seconds, count)
                : ((double Seconds, double Count)?)null;
        var load = new ExecutorLoad(Count(inFlight), Count(queued), MeanMs(_before, counters));
        _before = counters;
        return load;
    }

    private static double? MeanMs((double Seconds, double Count)? before, (double Seconds, double Count)? now)
    {
        if (before is not { } from || now is not { } to)
        {
            return null;
        }

        // Counters that went back are those of a new process.
        var (seconds, count) = to.Count < from.Count || to.Seconds < from.Seconds
            ? to
            : (to.Seconds - from.Seconds, to.Count - from.Count);
        return count > 0 ? seconds / count * 1000 : null;
    }

    private static int Count(double value) => (int)Math.Clamp(value, 0, int.MaxValue);
}
