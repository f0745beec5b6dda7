using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using MuLambda.Executor.Rest;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Metrics;

/// <summary>What TensorFlow Serving counts, under its names.</summary>
internal sealed class ServingMetrics
{
    private readonly ConcurrentDictionary<(string Model, StatusCode Outcome), Counter> _requests = new();
    private readonly ConcurrentDictionary<(string Model, string Api, string EntryPoint), LatencyHistogram> _requestLatency = new();
    private readonly ConcurrentDictionary<(string Model, string Api), LatencyHistogram> _runtimeLatency = new();
    private readonly ConcurrentDictionary<string, Counter> _examples = new(StringComparer.Ordinal);

    public void Requested(string model, string api, string entryPoint, StatusCode outcome, TimeSpan time)
    {
        _requests.GetOrAdd((model, outcome), static _ => new Counter()).Add(1);
        if (outcome == StatusCode.Ok)
        {
            _requestLatency.GetOrAdd((model, api, entryPoint), static _ => new LatencyHistogram()).Add(time);
        }
    }

    public void Ran(string model, string api, TimeSpan time) =>
        _runtimeLatency.GetOrAdd((model, api), static _ => new LatencyHistogram()).Add(time);

    public void CountExamples(string model, long examples) =>
        _examples.GetOrAdd(model, static _ => new Counter()).Add(examples);

    public void Write(StringBuilder text)
    {
        Family(text, ":tensorflow:serving:request_count", "counter");
        foreach (var ((model, outcome), count) in _requests.OrderBy(r => r.Key.Model, StringComparer.Ordinal).ThenBy(r => r.Key.Outcome))
        {
            text.Append(CultureInfo.InvariantCulture, $":tensorflow:serving:request_count{{model_name=\"{model}\",status=\"{StatusNames.Of(outcome)}\"}} {count.Value}\n");
        }

        Family(text, ":tensorflow:serving:request_example_count_total", "counter");
        foreach (var (model, count) in _examples.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $":tensorflow:serving:request_example_count_total{{model=\"{model}\"}} {count.Value}\n");
        }

        Family(text, ":tensorflow:serving:request_latency", "histogram");
        foreach (var ((model, api, entryPoint), histogram) in _requestLatency.OrderBy(r => r.Key.Model, StringComparer.Ordinal).ThenBy(r => r.Key.Api, StringComparer.Ordinal))
        {
            histogram.Write(text, ":tensorflow:serving:request_latency", $"model_name=\"{model}\",API=\"{api}\",entrypoint=\"{entryPoint}\"");
        }

        Family(text, ":tensorflow:serving:runtime_latency", "histogram");
        foreach (var ((model, api), histogram) in _runtimeLatency.OrderBy(r => r.Key.Model, StringComparer.Ordinal).ThenBy(r => r.Key.Api, StringComparer.Ordinal))
        {
            histogram.Write(text, ":tensorflow:serving:runtime_latency", $"model_name=\"{model}\",API=\"{api}\",runtime=\"ONNXRuntime\"");
        }
    }

    private static void Family(StringBuilder text, string name, string type) =>
        text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
}
