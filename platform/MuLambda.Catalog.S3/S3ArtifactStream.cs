using Amazon.S3.Model;

namespace MuLambda.Catalog.S3;

/// <summary>The bytes of an artifact as they come; ends with its response, and never waits for bytes without a deadline.</summary>
internal sealed class S3ArtifactStream(GetObjectResponse response, string key, TimeSpan timeout) : Stream
{
    private readonly long _length = response.ContentLength;
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        int read;
        try
        {
            read = await response.ResponseStream.ReadAsync(buffer, deadline.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The artifact {key}: no bytes came within {timeout.TotalSeconds} s.", exception);
        }
        catch (Exception exception) when (exception is not (IOException or OperationCanceledException or ObjectDisposedException))
        {
            throw new IOException($"The artifact {key} broke off after {_read} of {_length} bytes.", exception);
        }

        _read += read;
        return read > 0 || buffer.Length == 0 || _read == _length
            ? read
            : throw new EndOfStreamException($"The artifact {key} broke off after {_read} of {_length} bytes.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
        }

        base.Dispose(disposing);
    }
}
