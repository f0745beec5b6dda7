using System.Diagnostics;
using System.Diagnostics.Metrics;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>The spans and metrics of the selector.</summary>
internal sealed class SelectorTelemetry
{
    public const string Name = "MuLambda.Selector";

    private static readonly ActivitySource Source = new(Name);

    private static readonly (FeedbackKinds Kind, string Name)[] Kinds =
        [(FeedbackKinds.Accuracy, "accuracy"), (FeedbackKinds.Confidence, "confidence"), (FeedbackKinds.Outcome, "outcome")];

    private readonly Counter<long> _requests;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _feedback;
    private readonly Histogram<double> _duration;

    public SelectorTelemetry(IMeterFactory meters, CatalogFollower catalog, RequestLog log)
    {
        var meter = meters.Create(Name);
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
        meter.CreateObservableGauge(
            "mulambda.selector.in_flight",
            () => (catalog.Snapshot ?? SelectionSnapshot.Empty).Executors.Values.Select(
                e => new Measurement<long>(e.InFlight, new KeyValuePair<string, object?>("mulambda.executor", e.Id))),
            "{request}", "Requests in flight by executor.");
        meter.CreateObservableGauge(
            "mulambda.selector.held", () => log.Held, "{request}", "Requests that clients send themselves and whose end is not known.");
    }

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
            Describe(activity, forwarded.Decision).SetTag("mulambda.attempt", forwarded.Attempts);
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
            Describe(activity, chosen)
                .SetTag("mulambda.policy", chosen.Policy)
                .SetTag("mulambda.utility", chosen.Utility)
                .SetTag("mulambda.considered", chosen.Considered);
        }
        else
        {
            activity.SetTag("mulambda.considered", 0).SetStatus(ActivityStatusCode.Error, "No candidate is left.");
        }
    }

    public static Activity? StartForward(string client, Decision decision, int items, int attempt)
    {
        var activity = Source.StartActivity("forward", ActivityKind.Client);
        return activity is null ? null : Describe(activity, decision)
            .SetTag("mulambda.client", client)
            .SetTag("mulambda.items", items)
            .SetTag("mulambda.attempt", attempt);
    }

    private static Activity Describe(Activity activity, Decision decision) => activity
        .SetTag("mulambda.executor", decision.Candidate.Executor.Id)
        .SetTag("mulambda.model", decision.Candidate.Model.Name)
        .SetTag("mulambda.model.version", decision.Candidate.Model.Version);

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
