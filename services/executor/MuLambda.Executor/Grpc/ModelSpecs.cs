using MuLambda.Executor.Models;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Grpc;

/// <summary>TensorFlow Serving's ModelSpec: what a request means, and what the answer says.</summary>
internal static class ModelSpecs
{
    /// <summary>Requires a model's name.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT.</exception>
    public static ModelSpec Require(ModelSpec? spec) => spec switch
    {
        null => throw new GrpcException(StatusCode.InvalidArgument, "Missing ModelSpec"),
        { Name.Length: 0 } => throw new GrpcException(StatusCode.InvalidArgument, "ModelSpec has no name specified."),
        _ => spec,
    };

    /// <summary>The version a request asks for.</summary>
    public static VersionChoice VersionOf(ModelSpec spec) =>
        spec.VersionChoiceCase == ModelSpec.VersionChoiceOneofCase.VersionLabel
            ? VersionChoice.Labelled(spec.VersionLabel)
            : VersionChoice.Of(spec.Version);

    /// <summary>What answered.</summary>
    public static ModelSpec Answer(string model, long version, string signature) =>
        new() { Name = model, Version = version, SignatureName = signature };
}
