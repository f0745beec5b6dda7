using System.Globalization;
using MuLambda.Timing;

namespace MuLambda.Selector;

/// <summary>
/// The headers by which a front whose answers have no place for the decision tells it; over gRPC they are among the metadata before the answer.
/// </summary>
internal static class DecisionHeaders
{
    /// <summary>The model that answered, <c>name@version</c>.</summary>
    public const string Model = "mulambda-model";

    /// <summary>The executor that answered.</summary>
    public const string Executor = "mulambda-executor";

    /// <summary>The latency the decision was taken on, in milliseconds.</summary>
    public const string LatencyEstimate = "mulambda-latency-estimate-ms";

    /// <summary>By which the client may tell of the request afterwards.</summary>
    public const string RequestId = "mulambda-request-id";

    /// <summary>How long the request waited for a first executor to be ready, in milliseconds; absent where it did not.</summary>
    public const string ColdStart = "mulambda-cold-start-ms";

    /// <summary>Tells the decision, and what the request took here.</summary>
    public static void Add(IHeaderDictionary headers, Forwarded forwarded, TimeSpan took)
    {
        var decision = forwarded.Decision;
        headers[Model] = decision.Candidate.Model.Reference.ToString();
        headers[Executor] = decision.Candidate.Executor.Id;
        headers[LatencyEstimate] = Figures.Round(decision.Estimate.LatencyMs).ToString("0.######", CultureInfo.InvariantCulture);
        headers[RequestId] = forwarded.Id.ToString();
        AddTook(headers, took);
        AddColdStart(headers, forwarded.ColdStart);
    }

    /// <summary>Says what a request took here, so that its client can tell what it takes beyond that.</summary>
    public static void AddTook(IHeaderDictionary headers, TimeSpan took) =>
        headers[OutsideReport.TookHeader] = took.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Says that a request had to wait for a cold start, where it had to.</summary>
    public static void AddColdStart(IHeaderDictionary headers, TimeSpan? waited)
    {
        if (waited is { } coldStart)
        {
            headers[ColdStart] = coldStart.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);
        }
    }
}
