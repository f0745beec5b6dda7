using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using MuLambda.Catalog.Artifacts;

namespace MuLambda.Catalog.S3;

/// <summary>
/// One artifact on its way: a single request where it fits into one part, otherwise a multipart upload. Either way the
/// request that makes it visible is sent only after the hash of all its bytes was found right.
/// </summary>
internal sealed class S3Upload(IAmazonS3 client, S3ArtifactOptions options, string key, string? expected) : IDisposable
{
    private const int MaxParts = 10_000;

    private static readonly TimeSpan AbortDeadline = TimeSpan.FromSeconds(5);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<PartETag> _parts = [];
    private ArtifactReceipt? _receipt;
    private string? _id;
    private long _bytes;

    public ArtifactReceipt Receipt => _receipt ?? throw new InvalidOperationException("The upload is not at its end.");

    /// <summary>Sends the next part; with the last one the artifact becomes visible.</summary>
    public async Task<bool> AddAsync(byte[] buffer, int count, bool last, CancellationToken cancellationToken)
    {
        _hash.AppendData(buffer, 0, count);
        _bytes += count;
        if (last)
        {
            var actual = Convert.ToHexStringLower(_hash.GetHashAndReset());
            if (expected is not null && expected != actual)
            {
                throw new ArtifactMismatchException(key, expected, actual);
            }

            _receipt = new ArtifactReceipt(key, _bytes, actual);
        }

        // Only of a single request is the metadata sent after the last byte was seen.
        if (last && _id is null)
        {
            await PutWholeAsync(buffer, count, cancellationToken);
            return true;
        }

        _id ??= await InitiateAsync(cancellationToken);
        if (count > 0)
        {
            await AddPartAsync(buffer, count, cancellationToken);
        }

        if (last)
        {
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = options.Bucket, Key = key, UploadId = _id, PartETags = _parts },
                cancellationToken);
            _id = null;
        }

        return last;
    }

    /// <summary>Gives up what was sent. The error that led here is the one to tell: none of this is.</summary>
    public async Task AbortAsync()
    {
        if (_id is null)
        {
            return;
        }

        using var deadline = new CancellationTokenSource(AbortDeadline);
        try
        {
            await client.AbortMultipartUploadAsync(options.Bucket, key, _id, deadline.Token);
        }
        catch (Exception exception) when (
            exception is AmazonClientException or AmazonServiceException or HttpRequestException or OperationCanceledException)
        {
            // It stays invisible, and is aborted when the store is opened next.
        }
    }

    public void Dispose() => _hash.Dispose();

    private async Task PutWholeAsync(byte[] buffer, int count, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(buffer, 0, count, writable: false);
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = key,
            InputStream = body,
            AutoCloseStream = false,
            UseChunkEncoding = false,
        };
        request.Metadata.Add(S3ArtifactStore.Sha256, _receipt!.Sha256);
        await client.PutObjectAsync(request, cancellationToken);
    }

    private async Task<string> InitiateAsync(CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = key };
        if (expected is not null)
        {
            request.Metadata.Add(S3ArtifactStore.Sha256, expected);
        }

        return (await client.InitiateMultipartUploadAsync(request, cancellationToken)).UploadId;
    }

    private async Task AddPartAsync(byte[] buffer, int count, CancellationToken cancellationToken)
    {
        if (_parts.Count == MaxParts)
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture,
                $"The artifact {key} is larger than {MaxParts} parts of {options.PartBytes} bytes, the most that is stored."));
        }

        using var body = new MemoryStream(buffer, 0, count, writable: false);
        var part = await client.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = options.Bucket,
                Key = key,
                UploadId = _id,
                PartNumber = _parts.Count + 1,
                PartSize = count,
                InputStream = body,
                UseChunkEncoding = false,
            },
            cancellationToken);
        _parts.Add(new PartETag(_parts.Count + 1, part.ETag));
    }
}
