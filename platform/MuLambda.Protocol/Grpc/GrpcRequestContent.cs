using System.Net;
using System.Net.Http.Headers;

namespace MuLambda.Protocol.Grpc;

/// <summary>
/// The framed request message as an HTTP body. HttpClient may still be sending it when the call has ended already
/// (an early error), so the rented memory goes back only when the call and every send are done with it.
/// </summary>
internal sealed class GrpcRequestContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Type = new(GrpcHeaders.ContentType);
    private static readonly MediaTypeHeaderValue WebType = new(GrpcHeaders.WebContentType);

    private readonly PooledBuffer _frame;
    private int _users = 1;
    private bool _disposed;

    public GrpcRequestContent(PooledBuffer frame, bool isWeb)
    {
        _frame = frame;
        Headers.ContentType = isWeb ? WebType : Type;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(!TryEnter(), this);
        try
        {
            await stream.WriteAsync(_frame.WrittenMemory, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _frame.Length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !Interlocked.Exchange(ref _disposed, true))
        {
            Leave();
        }

        base.Dispose(disposing);
    }

    private bool TryEnter()
    {
        var users = Volatile.Read(ref _users);
        while (users > 0)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _frame.Dispose();
        }
    }
}
