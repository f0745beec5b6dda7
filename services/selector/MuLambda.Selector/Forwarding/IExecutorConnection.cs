using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector;

/// <summary>Calls one executor.</summary>
internal interface IExecutorConnection : IDisposable
{
    /// <summary>Runs a prediction.</summary>
    /// <exception cref="GrpcException">How it failed, also over REST.</exception>
    /// <exception cref="RequestException">The request is larger than the executor takes.</exception>
    Task<ExecutorAnswer> PredictAsync(Prediction prediction, TimeSpan timeout, CancellationToken cancellationToken);
}
