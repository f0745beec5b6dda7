using Google.Protobuf;

namespace MuLambda.Protocol.Grpc;

/// <summary>How a unary call ended: one of the two is there.</summary>
/// <typeparam name="TResponse">The answer.</typeparam>
/// <param name="Answer">The answer of a call whose status is OK.</param>
/// <param name="Failure">The status otherwise; it was not thrown.</param>
public readonly record struct GrpcResult<TResponse>(TResponse? Answer, GrpcException? Failure)
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>The answer.</summary>
    /// <exception cref="GrpcException">There is none.</exception>
    public TResponse OrThrow() => Failure is { } failure ? throw failure : Answer!;
}
