using System.Net.Sockets;

namespace MuLambda.Protocol.Grpc;

/// <summary>One call while it is under way: its deadline, and what its failures mean.</summary>
internal sealed class GrpcCall : IDisposable
{
    private readonly string _path;
    private readonly GrpcAddress _address;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource? _linked;

    /// <exception cref="GrpcException">DEADLINE_EXCEEDED: there is no time left.</exception>
    public GrpcCall(string path, GrpcAddress address, TimeSpan? timeout, TimeProvider time, CancellationToken caller)
    {
        (_path, _address, _caller) = (path, address, caller);
        RequireTime(path, timeout);
        _deadline = timeout is { } limit ? new CancellationTokenSource(limit, time) : null;
        _linked = _deadline is not null && caller.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, caller)
            : null;
        Token = _linked?.Token ?? _deadline?.Token ?? caller;
    }

    /// <summary>Fires when the deadline passes or the caller gives the call up.</summary>
    public CancellationToken Token { get; }

    /// <exception cref="GrpcException">DEADLINE_EXCEEDED: there is no time left.</exception>
    public static void RequireTime(string path, TimeSpan? timeout)
    {
        if (timeout <= TimeSpan.Zero)
        {
            throw DeadlineExceeded(path, null);
        }
    }

    /// <summary>The status a failure stands for, or null where it is none of the call's.</summary>
    public GrpcException? Explain(Exception e) => e switch
    {
        GrpcException => null,
        _ when _caller.IsCancellationRequested => new GrpcException(StatusCode.Cancelled, $"The call of {_path} was cancelled.", e),
        _ when _deadline is { IsCancellationRequested: true } => DeadlineExceeded(_path, e),

        // A connection attempt that takes too long surfaces as a cancellation nobody asked for.
        HttpRequestException or IOException or SocketException or OperationCanceledException => GrpcErrors.FromFailure(e, _address),
        _ => null,
    };

    public void Dispose()
    {
        _linked?.Dispose();
        _deadline?.Dispose();
    }

    private static GrpcException DeadlineExceeded(string path, Exception? cause) =>
        new(StatusCode.DeadlineExceeded, $"The deadline of the call of {path} passed.", cause);
}
