using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Benchmarks.Targets;

/// <summary>TensorFlow Serving's Predict over gRPC; the callers share a channel, as they do in the selector.</summary>
internal sealed class GrpcTarget(string name, string address) : ITarget, IDisposable
{
    private readonly GrpcChannel channel = GrpcChannel.ForAddress(address);

    public string Name => name;

    public ICaller CreateCaller(Payload payload) => new Caller(channel, payload);

    public void Dispose() => channel.Dispose();

    private sealed class Caller(GrpcChannel channel, Payload payload) : ICaller
    {
        public async ValueTask CallAsync()
        {
            if (payload.Parts is [var only])
            {
                await channel.UnaryAsync(PredictionService.Predict, only.Grpc);
                return;
            }

            await Task.WhenAll(payload.Parts.Select(part => channel.UnaryAsync(PredictionService.Predict, part.Grpc)));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
