using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Selector;

/// <summary>
/// The shorter way to an executor that speaks gRPC-Web where its REST is: a call over HTTP/1.1 passes half as many threads as one in a stream of
/// HTTP/2. TensorFlow Serving has none, so it is asked for beside the first call, which does not wait for the answer.
/// </summary>
/// <param name="address">Where the executor's REST is.</param>
/// <param name="options">As for its gRPC.</param>
internal sealed class WebChannel(GrpcAddress address, GrpcChannelOptions options) : IDisposable
{
    /// <summary>Each call has a connection to itself; more share the connections of gRPC.</summary>
    public const int MaxCalls = 32;

    // Where nobody answered it is asked again, but not with every call.
    private const int CallsBetweenQuestions = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // An idle connection is given up long before a server does: a call on one that the server just closed would fail.
    private readonly GrpcChannel _channel = new(address, options with { Web = true, IdleTimeout = TimeSpan.FromSeconds(30) });
    private volatile bool _isSpoken;
    private volatile bool _isForeign;
    private int _untilQuestion;
    private int _calls;

    /// <summary>Calls the executor, where it is known to speak gRPC-Web and few calls are under way.</summary>
    /// <param name="model">The model of the call, about which the executor is asked where it is not known yet.</param>
    /// <param name="call">Sends the call.</param>
    /// <returns>The answer; null where the call has to go another way.</returns>
    /// <exception cref="GrpcException">The call failed.</exception>
    public async Task<PredictResponse?> TryAsync(Model model, Func<GrpcChannel, Task<PredictResponse>> call)
    {
        if (!_isSpoken)
        {
            AskAtTimes(model);
            return null;
        }

        try
        {
            return Interlocked.Increment(ref _calls) <= MaxCalls ? await call(_channel) : null;
        }
        catch (GrpcException e) when (e.IsForeign)
        {
            // Another server has taken the place of the one that spoke it.
            NotSpoken(e);
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _calls);
        }
    }

    public void Dispose() => _channel.Dispose();

    private void AskAtTimes(Model model)
    {
        if (!_isForeign && Interlocked.Decrement(ref _untilQuestion) == -1)
        {
            _ = AskAsync(model);
        }
    }

    private async Task AskAsync(Model model)
    {
        try
        {
            await _channel.UnaryAsync(
                ModelService.GetModelStatus,
                new GetModelStatusRequest { ModelSpec = new ModelSpec { Name = model.Name, Version = model.Version } },
                new GrpcCallOptions { Timeout = Patience });
            _isSpoken = true;
        }
        catch (GrpcException e) when (e is { StatusCode: StatusCode.NotFound, IsForeign: false })
        {
            // It may have the model elsewhere, or not any more; it says so in gRPC-Web.
            _isSpoken = true;
        }
        catch (GrpcException e)
        {
            NotSpoken(e);
        }
        catch (ObjectDisposedException)
        {
            // The executor left meanwhile.
        }
    }

    private void NotSpoken(GrpcException e)
    {
        _isForeign = e.IsForeign && e.StatusCode != StatusCode.Unavailable;
        _isSpoken = false;
        Interlocked.Exchange(ref _untilQuestion, CallsBetweenQuestions);
    }
}
