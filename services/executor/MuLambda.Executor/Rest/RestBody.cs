using System.IO.Compression;
using MuLambda.Protocol;

namespace MuLambda.Executor.Rest;

/// <summary>Reads whole request bodies, plain or in gzip, within a limit.</summary>
internal static class RestBody
{
    private const int ReadBytes = 32 * 1024;

    /// <summary>Reads the body; the caller disposes it.</summary>
    /// <exception cref="BadHttpRequestException">413 over the limit, unpacked or not; 415 for an encoding other than gzip; 400 for
    /// what says it is gzip and is not.</exception>
    public static async Task<PooledBuffer> ReadAsync(HttpContext context, int limit, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (request.ContentLength is { } length && length > limit)
        {
            throw new BadHttpRequestException($"The body has {length} bytes; the limit is {limit}.", StatusCodes.Status413PayloadTooLarge);
        }

        var encoding = request.Headers.ContentEncoding.ToString();
        switch (encoding)
        {
            case "" or "identity":
                return await ReadAsync(request.Body, (int)Math.Min(request.ContentLength ?? ReadBytes, ReadBytes), limit, cancellationToken);
            case "gzip":
                await using (var gzip = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true))
                {
                    return await UnpackAsync(gzip, limit, cancellationToken);
                }

            default:
                throw new BadHttpRequestException(
                    $"The body's encoding is '{encoding}'; expected gzip or none.", StatusCodes.Status415UnsupportedMediaType);
        }
    }

    private static async Task<PooledBuffer> UnpackAsync(GZipStream gzip, int limit, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(gzip, ReadBytes, limit, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new BadHttpRequestException("The body says it is gzip and cannot be unpacked.", StatusCodes.Status400BadRequest, e);
        }
    }

    private static async Task<PooledBuffer> ReadAsync(Stream from, int capacity, int limit, CancellationToken cancellationToken)
    {
        var body = new PooledBuffer(capacity);
        try
        {
            while (await from.ReadAsync(body.GetMemory(), cancellationToken) is > 0 and var read)
            {
                body.Advance(read);
                if (body.Length > limit)
                {
                    throw new BadHttpRequestException($"The body has more than {limit} bytes, which is the limit.", StatusCodes.Status413PayloadTooLarge);
                }
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }
}
