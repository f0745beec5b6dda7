using System.Runtime.CompilerServices;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Telemetry;

/// <summary>Exports traces where an exporter's endpoint is configured; elsewhere not even its assemblies are loaded.</summary>
internal static class TracingSwitch
{
    public static IDisposable? Start(CliConsole console) =>
        string.IsNullOrWhiteSpace(console.Environment("OTEL_EXPORTER_OTLP_ENDPOINT")) ? null : StartExport(console);

    // A method of its own, because a method's assemblies are loaded when it is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TraceExport StartExport(CliConsole console) => new(console.Environment("OTEL_SERVICE_NAME"));
}
