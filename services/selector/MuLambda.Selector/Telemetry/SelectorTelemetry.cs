using System.Diagnostics;
using System.Diagnostics.Metrics;
using MuLambda.Batching;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>The spans and metrics of the selector.</summary>
internal sealed class SelectorTelemetry
{
    public const string Name = "MuLambda.Selector";

    private static readonly ActivitySource Source = new(Name);

    private static readonly (FeedbackKinds Kind, string Name)[] Kinds =
        [(FeedbackKinds.Accuracy, "accuracy"), (FeedbackKinds.Confidence, "confidence"), (FeedbackKinds.Outcome, "outcome")];

    // Seconds.
    private static readonly double[] ShortTimes = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _feedback;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _batchItems;
    private readonly Histogram<double> _batchWait;
    private readonly Histogram<double> _handover;
    private readonly Histogram<double> _coldWait;

    public SelectorTelemetry(IMeterFactory meters, CatalogFollower catalog, RequestLog log)
    {
        var meter = _meter = meters.Create(Name);
        _requests = meter.CreateCounter<long>(
            "mulambda.selector.requests", "{request}", "Selections and inferences by how they ended.");
        _retries = meter.CreateCounter<long>(
            "mulambda.selector.retries", "{attempt}", "Forwards beyond the first of an inference.");
        _feedback = meter.CreateCounter<long>(
            "mulambda.selector.feedback", "{feedback}", "What clients told of their requests, by kind and by whether it counted.");
        _duration = meter.CreateHistogram<double>(
            "mulambda.selector.duration", "s", "From a request's arrival to its answer.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
        _batchItems = meter.CreateHistogram<int>(
            "mulambda.batch.items", "{example}", "Examples in the batches that were sent.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });
        _batchWait = meter.CreateHistogram<double>(
            "mulambda.batch.wait", "s", "How long the first request of a batch waited.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = ShortTimes });
        _handover = meter.CreateHistogram<double>(
            "mulambda.batch.handover", "s", "How long an answer waited for a thread, once for each batch of several requests.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = ShortTimes });
        _coldWait = meter.CreateHistogram<double>(
            "mulambda.cold_start.wait", "s", "How long requests waited for the first replica of a model.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.2, 0.4, 0.8, 1.2, 2, 4, 8, 15, 30, 60] });
        meter.CreateObservableGauge(
            "mulambda.selector.in_flight",
            () => (catalog.Snapshot ?? SelectionSnapshot.Empty).Executors.Values.Select(
                e => new Measurement<long>(e.InFlight, new KeyValuePair<string, object?>("mulambda.executor", e.Id))),
            "{request}", "Requests in flight by executor.");
        meter.CreateObservableGauge(
            "mulambda.selector.held", () => log.Held, "{request}", "Requests that clients send themselves and whose end is not known.");
    }

    /// <summary>Tells how many requests wait in the queues.</summary>
    public void Watch(ExecutorQueues queues) => _meter.CreateObservableGauge(
        "mulambda.batch.waiting",
        () => queues.Waiting.Select(waiting => new Measurement<long>(
            waiting.Requests,
            new KeyValuePair<string, object?>("mulambda.executor", waiting.Executor),
            new KeyValuePair<string, object?>("mulambda.model", waiting.Model.Name))),
        "{request}", "Requests that wait for a batch.");

    /// <summary>Tells how many requests wait for first replicas.</summary>
    public void Watch(ColdStartQueues queues) => _meter.CreateObservableGauge(
        "mulambda.cold_start.waiting",
        () => queues.Waiting.Select(waiting => new Measurement<long>(
            waiting.Requests, new KeyValuePair<string, object?>("mulambda.model", waiting.Model.Name))),
        "{request}", "Requests that wait for the first replica of a model.");

    /// <summary>Counts a request that waited for the first replica of a model, in vain or not.</summary>
    public void WaitedCold(Model model, TimeSpan waited) =>
        _coldWait.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("mulambda.model", model.Name));

    /// <summary>Counts a request that ended.</summary>
    /// <param name="operation">select, infer or feedback.</param>
    /// <param name="status">The status it was answered with.</param>
    /// <param name="elapsed">From its arrival to its answer.</param>
    public void Ended(string operation, int status, TimeSpan elapsed)
    {
        var tags = new TagList { { "mulambda.operation", operation }, { "mulambda.outcome", Outcome(operation, status) } };
        _requests.Add(1, tags);
        _duration.Record(elapsed.TotalSeconds, tags);
    }

    /// <summary>Counts what a client told of a request.</summary>
    /// <param name="kinds">What it told.</param>
    /// <param name="status">200 where it counted.</param>
    public void Told(FeedbackKinds kinds, int status)
    {
        var outcome = status switch { StatusCodes.Status200OK => "taken", StatusCodes.Status404NotFound => "unknown", _ => "repeated" };
        foreach (var (kind, name) in Kinds)
        {
            if (kinds.HasFlag(kind))
            {
                _feedback.Add(1, new TagList { { "mulambda.feedback", name }, { "mulambda.outcome", outcome } });
            }
        }
    }

    public void Retried(string executor) =>
        _retries.Add(1, new KeyValuePair<string, object?>("mulambda.executor", executor));

    /// <summary>The span of an inference through a front whose callers know nothing of the platform.</summary>
    public static Activity? StartInfer(string front, string? client) => Asked(
        Source.StartActivity("infer", ActivityKind.Server)?.SetTag("mulambda.front", front), client);

    public static Activity? Asked(Activity? activity, string? client) => client is null ? activity : activity?.SetTag("mulambda.client", client);

    public static void Inferred(Activity? activity, Forwarded forwarded)
    {
        if (activity is not null)
        {
            Describe(activity, forwarded.Decision.Candidate).SetTag("mulambda.attempt", forwarded.Attempts);
        }
    }

    public static Activity? StartSelect(string? client, int items) => Source.StartActivity("select")?
        .SetTag("mulambda.client", client)
        .SetTag("mulambda.items", items);

    public static void Selected(Activity? activity, Decision? decision)
    {
        if (activity is null)
        {
            return;
        }

        if (decision is { } chosen)
        {
            Describe(activity, chosen.Candidate)
                .SetTag("mulambda.policy", chosen.Policy)
                .SetTag("mulambda.utility", chosen.Utility)
                .SetTag("mulambda.considered", chosen.Considered);
        }
        else
        {
            activity.SetTag("mulambda.considered", 0).SetStatus(ActivityStatusCode.Error, "No candidate is left.");
        }
    }

    /// <summary>The wait of a request for the first replica of a model.</summary>
    public static Activity? StartColdStart(string? client, Model model) => Source.StartActivity("cold-start")?
        .SetTag("mulambda.client", client)
        .SetTag("mulambda.model", model.Name)
        .SetTag("mulambda.model.version", model.Version);

    /// <summary>It was in vain.</summary>
    public static void Failed(Activity? activity, string reason) => activity?.SetStatus(ActivityStatusCode.Error, reason);

    /// <summary>The wait of a request for its batch.</summary>
    public static Activity? StartBatch(string client, Candidate candidate, int attempt)
    {
        // Not the current one: what the request does next is no part of its wait.
        var current = Activity.Current;
        var activity = Source.StartActivity("batch");
        Activity.Current = current;
        return activity is null ? null : Describe(activity, candidate).SetTag("mulambda.client", client).SetTag("mulambda.attempt", attempt);
    }

    /// <summary>The wait is over: the batch has left.</summary>
    public static void Left(Activity? waiting, in Batch batch)
    {
        if (waiting is null)
        {
            return;
        }

        var current = Activity.Current;
        waiting.SetTag("mulambda.batch", batch.Number).SetTag("mulambda.batch.requests", batch.Requests).SetTag("mulambda.batch.items", batch.Items);
        waiting.Dispose();
        Activity.Current = current;
    }

    /// <summary>The call of a batch: a part of its first request's trace, linked with all of them.</summary>
    public static Activity? StartForward(PendingPrediction[] requests)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var items = 0;
        foreach (var request in requests)
        {
            items += request.Items;
        }

        return StartForward(
            requests[^1].Candidate, items, requests[0].Trace,
            requests.Where(request => request.Trace != default).Select(request => new ActivityLink(request.Trace)))
            ?.SetTag("mulambda.batch.requests", requests.Length);
    }

    public static Activity? StartForward(Candidate candidate, int items, ActivityContext parent, IEnumerable<ActivityLink> links)
    {
        var activity = Source.StartActivity("forward", ActivityKind.Client, parent, tags: null, links);
        return activity is null ? null : Describe(activity, candidate).SetTag("mulambda.items", items);
    }

    /// <summary>Counts a batch that left.</summary>
    /// <param name="candidate">Where it goes.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="waitedMs">How long its first request waited, in milliseconds.</param>
    public void Batched(Candidate candidate, in Batch batch, double waitedMs)
    {
        var tags = new TagList { { "mulambda.executor", candidate.Executor.Id }, { "mulambda.model", candidate.Model.Name } };
        _batchItems.Record(batch.Items, tags);
        _batchWait.Record(waitedMs / 1000, tags);
    }

    /// <summary>Counts how long an answer waited for a thread.</summary>
    /// <param name="waitedMs">In milliseconds.</param>
    public void HandedOver(double waitedMs) => _handover.Record(waitedMs / 1000);

    private static Activity Describe(Activity activity, Candidate candidate) => activity
        .SetTag("mulambda.executor", candidate.Executor.Id)
        .SetTag("mulambda.model", candidate.Model.Name)
        .SetTag("mulambda.model.version", candidate.Model.Version);

    private static string Outcome(string operation, int status) => status switch
    {
        200 => "ok",
        400 or 413 => "invalid",
        404 => operation == "feedback" ? "unknown" : "no-candidate",
        409 => "repeated",
        429 => "refused",
        499 => "cancelled",
        408 or 504 => "deadline",
        _ => "failed",
    };
}
