using System.Net;
using System.Net.Http.Headers;

namespace MuLambda.Catalog.Http;

/// <summary>A request body that streams and says how far it is.</summary>
internal sealed class UploadContent : HttpContent
{
    private readonly Stream _source;
    private readonly IProgress<long>? _progress;

    public UploadContent(Stream source, IProgress<long>? progress)
    {
        _source = source;
        _progress = progress;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 * 1024];
        long sent = 0;
        while (await _source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            sent += read;
            _progress?.Report(sent);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _source.CanSeek ? _source.Length - _source.Position : 0;
        return _source.CanSeek;
    }
}
