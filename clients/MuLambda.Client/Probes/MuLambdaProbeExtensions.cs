using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MuLambda.Client;

/// <summary>Answers the platform's probes.</summary>
public static class MuLambdaProbeExtensions
{
    /// <summary>
    /// Maps the probe, whose round trip the platform measures: 204, at once. Other middleware is not asked, so that
    /// neither authentication nor logging is in the measurement.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="path">The path to answer at.</param>
    /// <returns>The endpoint's conventions.</returns>
    public static IEndpointConventionBuilder MapMuLambdaProbe(this IEndpointRouteBuilder app, string path = "/mulambda/probe")
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (app.ServiceProvider.GetService<ProbeAddress>() is { } address)
        {
            address.Path = path;
        }

        return app.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], static context =>
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            })
            .ShortCircuit()
            .DisableHttpMetrics();
    }
}
