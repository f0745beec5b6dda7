namespace MuLambda.Catalog.S3.Tests;

/// <summary>Zeroes in whose middle something happens, once.</summary>
internal sealed class InterruptedStream(int bytes, int at, Func<Task> interrupt) : MemoryStream(new byte[bytes])
{
    private bool _done;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= at && !_done)
        {
            _done = true;
            await interrupt();
        }

        cancellationToken.ThrowIfCancellationRequested();
        return await base.ReadAsync(_done ? buffer : buffer[..(int)Math.Min(buffer.Length, at - Position)], cancellationToken);
    }
}
