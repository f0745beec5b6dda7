using System.Globalization;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Rest;

/// <summary>The model a path names: <c>{model}</c> or <c>{model}/versions/{version}</c>.</summary>
internal readonly record struct ModelRoute(string Model, long? Version)
{
    /// <exception cref="GrpcException">INVALID_ARGUMENT: the version is no number.</exception>
    public static ModelRoute Of(HttpContext context)
    {
        var model = (string)context.Request.RouteValues["model"]!;
        if (context.Request.RouteValues["version"] is not string text)
        {
            return new ModelRoute(model, null);
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new ModelRoute(model, version)
            : throw new GrpcException(StatusCode.InvalidArgument, $"The version '{text}' is no number.");
    }
}
