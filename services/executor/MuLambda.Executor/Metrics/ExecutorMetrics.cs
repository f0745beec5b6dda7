using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using MuLambda.Executor.Models;
using MuLambda.Executor.Prediction;
using MuLambda.Executor.Rest;
using MuLambda.Executor.Scheduling;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Metrics;

/// <summary>What the executor counts, and how Prometheus reads it.</summary>
internal sealed class ExecutorMetrics(RunGate gate, ModelManager models, ModelCounters counters, TimeProvider time)
{
    /// <summary>The text format this is written in.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // Requests may name any model; only names that exist may become label values.
    private const string UnknownModel = "unknown";

    private readonly ConcurrentDictionary<(string Model, StatusCode Outcome), Counter> _requests = new();
    private readonly ServingMetrics _serving = new();
    private long _inFlight;
    private long _runs;
    private long _runTicks;

    /// <summary>Requests that run or wait, of all models.</summary>
    public long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>Counts a request as in flight until what is returned is disposed.</summary>
    public Request Begin(in PredictionCall call)
    {
        var ahead = (int)(Interlocked.Increment(ref _inFlight) - 1);
        return new Request(this, NameOf(call.Model), call.Api, call.EntryPoint, ahead, time.GetTimestamp());
    }

    /// <summary>Counts a run that succeeded.</summary>
    public void Ran(in PredictionCall call, TimeSpan duration)
    {
        Interlocked.Increment(ref _runs);
        Interlocked.Add(ref _runTicks, duration.Ticks);
        _serving.Ran(NameOf(call.Model), call.Api, duration);
    }

    /// <summary>Counts the examples of a classification or regression.</summary>
    public void CountExamples(string model, long examples) => _serving.CountExamples(NameOf(model), examples);

    public string Write()
    {
        var text = new StringBuilder();
        Family(text, "mulambda_executor_requests_in_flight", "gauge", "Predict requests that run or wait.")
            .Append("mulambda_executor_requests_in_flight ").Append(InFlight).Append('\n');
        Family(text, "mulambda_executor_queue_length", "gauge", "Predict requests that wait for a run.")
            .Append("mulambda_executor_queue_length ").Append(gate.QueueLength).Append('\n');
        Family(text, "mulambda_executor_requests_total", "counter", "Predict requests that ended, by model and outcome.");
        foreach (var ((model, outcome), count) in _requests.OrderBy(r => r.Key.Model, StringComparer.Ordinal).ThenBy(r => r.Key.Outcome))
        {
            text.Append(CultureInfo.InvariantCulture, $"mulambda_executor_requests_total{{model=\"{model}\",outcome=\"{StatusNames.Of(outcome)}\"}} {count.Value}\n");
        }

        Family(text, "mulambda_executor_predict_seconds", "summary", "Time that successful runs took, without waiting.")
            .Append(CultureInfo.InvariantCulture, $"mulambda_executor_predict_seconds_sum {TimeSpan.FromTicks(Interlocked.Read(ref _runTicks)).TotalSeconds:R}\n")
            .Append(CultureInfo.InvariantCulture, $"mulambda_executor_predict_seconds_count {Interlocked.Read(ref _runs)}\n");
        Family(text, "mulambda_executor_model_available", "gauge", "1 for a model that can be asked.");
        foreach (var (model, status) in models.Statuses())
        {
            var available = status.State == ModelState.Available ? 1 : 0;
            text.Append(CultureInfo.InvariantCulture, $"mulambda_executor_model_available{{model=\"{model}\",version=\"{status.Version}\"}} {available}\n");
        }

        Value(text, "mulambda_executor_model_loads_total", "counter", "Versions brought into memory.", counters.Loads);
        Value(text, "mulambda_executor_model_load_failures_total", "counter", "Versions that could not be loaded.", counters.LoadFailures);
        Value(text, "mulambda_executor_model_unloads_total", "counter", "Versions that left memory because they are served no longer.", counters.Unloads);
        Value(text, "mulambda_executor_model_evictions_total", "counter", "Versions that left memory to make room for others.", counters.Evictions);
        Value(text, "mulambda_executor_model_resident_bytes", "gauge", "Estimated memory of the models.", counters.ResidentBytes);
        Value(text, "mulambda_executor_model_max_bytes", "gauge", "The bound of the models' memory.", counters.MaxBytes);
        _serving.Write(text);
        return text.ToString();
    }

    private TimeSpan Elapsed(long started) => time.GetElapsedTime(started);

    private static StringBuilder Family(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static void Value(StringBuilder text, string name, string type, string help, long value) =>
        Family(text, name, type, help).Append(CultureInfo.InvariantCulture, $"{name} {value}\n");

    private string NameOf(string model) => models.IsKnown(model) ? model : UnknownModel;

    /// <summary>A request in flight; its outcome is CANCELLED unless it is set.</summary>
    internal sealed class Request(ExecutorMetrics metrics, string model, string api, string entryPoint, int ahead, long started) : IDisposable
    {
        /// <summary>How many others were in flight when it came.</summary>
        public int Ahead => ahead;

        public StatusCode Outcome { get; set; } = StatusCode.Cancelled;

        public void Dispose()
        {
            Interlocked.Decrement(ref metrics._inFlight);
            metrics._requests.GetOrAdd((model, Outcome), static _ => new Counter()).Add(1);
            metrics._serving.Requested(model, api, entryPoint, Outcome, metrics.Elapsed(started));
        }
    }
}
