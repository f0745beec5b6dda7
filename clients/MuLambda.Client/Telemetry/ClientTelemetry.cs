using System.Diagnostics;

namespace MuLambda.Client;

/// <summary>The spans the client opens.</summary>
public static class ClientTelemetry
{
    /// <summary>The name of the activity source, to be added to a tracer.</summary>
    public const string SourceName = "MuLambda.Client";

    internal static ActivitySource Source { get; } = new(SourceName);

    internal static Activity? StartInfer(string client, int items)
    {
        var activity = Source.StartActivity("infer", ActivityKind.Client);
        activity?.SetTag("mulambda.client", client);
        activity?.SetTag("mulambda.items", items);
        return activity;
    }

    internal static void Describe(this Activity activity, Decision decision)
    {
        activity.SetTag("mulambda.policy", decision.Policy);
        activity.SetTag("mulambda.executor", decision.Executor);
        activity.SetTag("mulambda.model", decision.Model.Name);
        activity.SetTag("mulambda.model.version", decision.Model.Version);
        activity.SetTag("mulambda.utility", decision.Utility);
        activity.SetTag("mulambda.considered", decision.Considered);
    }

    internal static void Fail(this Activity activity, Exception exception)
    {
        activity.SetStatus(ActivityStatusCode.Error, exception.Message);
        activity.SetTag("error.type", exception is MuLambdaException { Status: { } status }
            ? ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture)
            : exception.GetType().FullName);
    }
}
