using System.Globalization;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector;

/// <summary>Problems as gRPC has them.</summary>
internal static class GrpcProblems
{
    /// <summary>
    /// The status that stands for a problem; when to come again is in the trailers <c>grpc-retry-pushback-ms</c>, which gRPC's clients know, and
    /// <c>retry-after</c> in seconds.
    /// </summary>
    public static GrpcException Of(RequestException problem) => new(problem.GrpcStatus ?? StatusOf(problem.Status), problem.Message, problem)
    {
        RetryAfter = problem.RetryAfter,
        Trailers = problem.RetryAfterSeconds is { } seconds
            ? new GrpcMetadata { { "retry-after", seconds.ToString(CultureInfo.InvariantCulture) } }
            : null,
    };

    /// <summary>The status of HTTP that stands for the end of a call.</summary>
    public static int HttpStatusOf(StatusCode status) => status switch
    {
        StatusCode.Ok => StatusCodes.Status200OK,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Cancelled => StatusCodes.Status499ClientClosedRequest,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static StatusCode StatusOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => StatusCode.InvalidArgument,
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        StatusCodes.Status408RequestTimeout or StatusCodes.Status504GatewayTimeout => StatusCode.DeadlineExceeded,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        _ => StatusCode.Internal,
    };
}
