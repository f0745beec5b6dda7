using System.Diagnostics;
using OpenTelemetry;

namespace MuLambda.ServiceDefaults.Telemetry;

/// <summary>
/// Keeps out of the exported traces what comes every second and belongs to no request: health checks, metric scrapes,
/// probes, status polls, heartbeats, leases and reports. A request that is part of somebody's trace is always kept.
/// </summary>
internal sealed class HousekeepingFilter : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Kind == ActivityKind.Server
            && data.ParentSpanId == default
            && data.GetTagItem("url.path") is string path
            && IsHousekeeping(data.GetTagItem("http.request.method") as string, path))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    private static bool IsHousekeeping(string? method, string path) =>
        path is "/health" or "/alive" or "/monitoring/prometheus/metrics" or "/mulambda/probe"
        || path.EndsWith("/heartbeat", StringComparison.Ordinal)
        || path.StartsWith("/v1/leadership/", StringComparison.Ordinal)
        || path.EndsWith("/latencies", StringComparison.Ordinal)
        || (method == "GET" && path.StartsWith("/v1/models/", StringComparison.Ordinal));
}
