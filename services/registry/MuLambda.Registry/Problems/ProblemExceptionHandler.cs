using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using MuLambda.Catalog.Artifacts;
using MuLambda.Catalog.Metadata;

namespace MuLambda.Registry.Problems;

/// <summary>Turns what was thrown into a problem; what nobody foresaw is logged and tells the caller nothing.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        var problem = exception switch
        {
            ProblemException refused => refused.Problem,
            BadHttpRequestException bad => Problem.For((HttpStatusCode)bad.StatusCode, bad.Message),
            MetadataStoreBusyException busy => Problem.For(HttpStatusCode.ServiceUnavailable, busy.Message),
            MetadataStoreException or ObjectDisposedException => Problem.For(
                HttpStatusCode.ServiceUnavailable, "The catalog cannot be written now."),
            ArtifactStoreException => Problem.For(
                HttpStatusCode.ServiceUnavailable, "The artifacts cannot be read or written now."),
            _ => Problem.For(HttpStatusCode.InternalServerError, "The registry failed; its log says why."),
        };
        if (problem.Status >= 500 && exception is not (ProblemException or MetadataStoreBusyException))
        {
            LogFailure(httpContext.Request.Method, httpContext.Request.Path, exception);
        }

        if (problem.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            httpContext.Response.Headers.RetryAfter = "1";
        }

        await problem.WriteAsync(httpContext);
        return true;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogFailure(string method, string path, Exception exception);
}
