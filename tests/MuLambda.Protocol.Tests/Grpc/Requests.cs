using Google.Protobuf;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tests.Grpc;

internal static class Requests
{
    public static PredictRequest Named(string model) => new() { ModelSpec = new ModelSpec { Name = model } };

    public static PredictRequest Sized(int bytes) => new()
    {
        Inputs = { ["x"] = new TensorProto { Dtype = DataType.DtUint8, TensorContent = ByteString.CopyFrom(new byte[bytes]) } },
    };

    public static Task<PredictResponse> EchoAsync(PredictRequest request) =>
        Task.FromResult(new PredictResponse { ModelSpec = request.ModelSpec, Outputs = { request.Inputs } });

    /// <summary>The failure a call must end with.</summary>
    public static async Task<GrpcException> ShouldFailAsync(this Task<PredictResponse> call, StatusCode status)
    {
        var failure = await call.ShouldThrowAsync<GrpcException>();
        failure.StatusCode.ShouldBe(status, failure.Message);
        return failure;
    }
}
