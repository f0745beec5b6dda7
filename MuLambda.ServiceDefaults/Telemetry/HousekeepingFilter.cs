using System.Diagnostics;
using OpenTelemetry;

namespace MuLambda.ServiceDefaults.Telemetry;

/// <summary>Keeps health checks and metric scrapes, which come every second, out of the exported traces.</summary>
internal sealed class HousekeepingFilter : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Kind == ActivityKind.Server && data.GetTagItem("url.path") is
            "/health" or "/alive" or "/monitoring/prometheus/metrics" or "/mulambda/probe")
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
