namespace MuLambda.Client.Images;

/// <summary>The compressed image: the data of consecutive IDAT chunks as one stream.</summary>
internal sealed class PngDataStream(PngChunks chunks) : Stream
{
    /// <summary>Whether the chunk after the image's data has been reached.</summary>
    public bool Ended { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (!Ended && buffer.Length > 0)
        {
            var read = chunks.Read(buffer);
            if (read > 0)
            {
                return read;
            }

            chunks.Finish();
            chunks.Next();
            Ended = chunks.Type != "IDAT";
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
