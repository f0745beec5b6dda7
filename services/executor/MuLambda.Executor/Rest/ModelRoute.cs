using System.Globalization;
using MuLambda.Executor.Models;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Rest;

/// <summary>The model a path names: <c>{model}</c>, <c>{model}/versions/{version}</c> or <c>{model}/labels/{label}</c>.</summary>
internal readonly record struct ModelRoute(string Model, VersionChoice Version)
{
    /// <exception cref="GrpcException">INVALID_ARGUMENT: the version is no number.</exception>
    public static ModelRoute Of(HttpContext context)
    {
        var values = context.Request.RouteValues;
        var model = (string)values["model"]!;
        if (values["label"] is string label)
        {
            return new ModelRoute(model, VersionChoice.Labelled(label));
        }

        if (values["version"] is not string text)
        {
            return new ModelRoute(model, VersionChoice.Latest);
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new ModelRoute(model, VersionChoice.Of(version))
            : throw new GrpcException(StatusCode.InvalidArgument, $"Failed to convert version: {text} to numeric.");
    }
}
