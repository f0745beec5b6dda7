using System.Diagnostics;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Timing;

namespace MuLambda.Load;

/// <summary>TensorFlow Serving's Predict over gRPC; requests under way share connections.</summary>
public sealed class GrpcTarget : ILoadTarget
{
    private readonly GrpcChannel _channel;
    private readonly Payloads<PredictRequest> _requests;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _metadata;
    private readonly OutsideReport _outside = new();

    /// <summary>A target that is sent tensors.</summary>
    /// <param name="server">Where it listens.</param>
    /// <param name="model">The model.</param>
    /// <param name="signature">The signature that is asked.</param>
    /// <param name="inputs">What requests carry.</param>
    /// <param name="itemCounts">The numbers of examples that requests will carry, which are prepared at once.</param>
    /// <param name="metadata">Metadata that every request carries; null for none.</param>
    /// <exception cref="InvalidDataException">The inputs cannot be made so.</exception>
    public GrpcTarget(
        GrpcAddress server, string model, string signature, IRequestInputs inputs, IEnumerable<int> itemCounts,
        IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(itemCounts);
        Address = server.ToString();
        _metadata = metadata ?? [];
        _requests = new Payloads<PredictRequest>(items =>
        [
            .. inputs.Make(items).Select(tensors =>
            {
                var request = new PredictRequest { ModelSpec = new ModelSpec { Name = model, SignatureName = signature } };
                request.Inputs.Add(tensors.ToDictionary());
                return request;
            }),
        ]);
        foreach (var items in itemCounts)
        {
            _requests.Of(items);
        }

        _channel = new GrpcChannel(server);
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <inheritdoc/>
    public async Task<LoadFailure?> SendAsync(long number, int items, TimeSpan timeout, CancellationToken abort)
    {
        string? took = null;
        var options = new GrpcCallOptions { Timeout = timeout, OnHeaders = headers => took = headers.GetValue(OutsideReport.TookHeader) };
        foreach (var entry in _metadata)
        {
            options.Metadata.Add(entry);
        }

        if (_outside.Take() is { } outside)
        {
            options.Metadata.Add(OutsideReport.OutsideHeader, outside);
        }

        var started = Stopwatch.GetTimestamp();

        try
        {
            // What an overloaded server refuses must not take more of the processors, which may be the server's too, than what it answers.
            var (answer, failure) = await _channel.TryUnaryAsync(PredictionService.Predict, _requests.Of(number, items), options, abort).ConfigureAwait(false);
            if (answer is null)
            {
                return new LoadFailure(KindOf(failure!, abort), failure!.Message);
            }

            _outside.Answered(Stopwatch.GetElapsedTime(started), took);
            return answer.Outputs.Count > 0 ? null : new LoadFailure(FailureKinds.WrongAnswer, "The answer has no outputs.");
        }
        catch (GrpcException e)
        {
            return new LoadFailure(KindOf(e, abort), e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    internal static string KindOf(GrpcException e, CancellationToken abort) => e.StatusCode switch
    {
        _ when abort.IsCancellationRequested => FailureKinds.CutOff,
        StatusCode.DeadlineExceeded => FailureKinds.Timeout,

        // A server's own status has no cause on this side of the wire.
        StatusCode.Unavailable when e.InnerException is not null => FailureKinds.Connection,
        var status => FailureKinds.Of(status),
    };
}
