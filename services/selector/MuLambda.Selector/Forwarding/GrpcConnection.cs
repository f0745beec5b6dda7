using System.Diagnostics;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Selector;

/// <summary>Calls an executor by gRPC, over TCP or a Unix domain socket, or by gRPC-Web where it speaks that.</summary>
/// <param name="address">Where its gRPC is.</param>
/// <param name="web">Where gRPC-Web would be; null for nowhere.</param>
internal sealed class GrpcConnection(GrpcAddress address, GrpcAddress? web = null) : IExecutorConnection
{
    /// <summary>What an executor takes. The body was bounded before, but tensors may be larger than their JSON.</summary>
    private const int MaxRequestBytes = GrpcFraming.DefaultMaxMessageBytes;

    private static readonly GrpcChannelOptions Options = new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(2),

        MaxSendBytes = MaxRequestBytes,
        MaxReceiveBytes = 256 * 1024 * 1024,
    };

    private readonly GrpcChannel _channel = new(address, Options);
    private readonly WebChannel? _web = web is null ? null : new WebChannel(web, Options);

    public async Task<ExecutorAnswer> PredictAsync(
        Prediction prediction, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var spec = new ModelSpec
        {
            Name = prediction.Model.Name,
            Version = prediction.Model.Version,
            SignatureName = prediction.Inputs.Signature,
        };
        int? ahead = null;
        var options = new GrpcCallOptions
        {
            Timeout = timeout,
            OnHeaders = headers => ahead = RequestsAheadHeader.Parse(headers.GetValue(RequestsAheadHeader.Name)),
        };
        PredictResponse? response;
        try
        {
            var (web, joined, began) = (_web, prediction.Joined, 0L);
            response = web is null ? null : await web.TryAsync(prediction.Model, channel =>
            {
                began = Stopwatch.GetTimestamp();
                return SendAsync(channel, spec, joined, options, cancellationToken);
            });

            // What the other way took before it turned out to be none is gone.
            response ??= await SendAsync(
                _channel, spec, joined, began == 0 ? options : options with { Timeout = timeout - Stopwatch.GetElapsedTime(began) }, cancellationToken);
        }
        catch (GrpcException e) when (e.StatusCode == StatusCode.ResourceExhausted && SizeOf(prediction.Joined) > MaxRequestBytes)
        {
            // gRPC has one status for a full server and for a message that never fits.
            throw RequestException.TooLargeForExecutor(e.Message);
        }

        return response.Outputs.Count > 0
            ? new ExecutorAnswer(response.Outputs, ahead)
            : throw new GrpcException(StatusCode.Internal, "The executor answered without outputs.");
    }

    public void Dispose()
    {
        _web?.Dispose();
        _channel.Dispose();
    }

    private static Task<PredictResponse> SendAsync(
        GrpcChannel channel, ModelSpec spec, JoinedInputs joined, GrpcCallOptions options, CancellationToken cancellationToken)
    {
        if (joined.Parts is { } parts)
        {
            var payload = new JoinedPredictRequest(spec);
            foreach (var (name, tensor) in joined.Inputs.Tensors)
            {
                if (parts.TryGetValue(name, out var values))
                {
                    payload.Add(name, tensor, values);
                }
                else
                {
                    payload.Add(name, tensor);
                }
            }

            return channel.UnaryAsync(PredictionService.Predict, payload, options, cancellationToken);
        }

        var request = new PredictRequest { ModelSpec = spec };
        foreach (var (name, tensor) in joined.Inputs.Tensors)
        {
            request.Inputs.Add(name, tensor);
        }

        return channel.UnaryAsync(PredictionService.Predict, request, options, cancellationToken);
    }

    private static long SizeOf(JoinedInputs joined) =>
        joined.Inputs.Tensors.Values.Sum(tensor => (long)tensor.CalculateSize())
        + (joined.Parts?.Values.Sum(parts => parts.Sum(part => (long)part.Length)) ?? 0);
}
