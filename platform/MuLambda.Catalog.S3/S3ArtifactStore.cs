using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using MuLambda.Catalog.Artifacts;

namespace MuLambda.Catalog.S3;

/// <summary>
/// The artifact store on S3, or on what speaks its API as MinIO does: a bucket with an object an artifact, that one process
/// writes. It rests on what S3 promises: an object is replaced as a whole, a read that has begun is not disturbed by that,
/// and what is stored is seen by the next read. A server that cannot be reached, or refuses, is an
/// <see cref="ArtifactStoreException"/> that names it.
/// </summary>
public sealed class S3ArtifactStore : IArtifactStore, IDisposable
{
    internal const string Sha256 = "sha256";

    private readonly AmazonS3Client _client;
    private readonly S3ArtifactOptions _options;

    private S3ArtifactStore(AmazonS3Client client, S3ArtifactOptions options)
    {
        _client = client;
        _options = options;
    }

    /// <summary>Opens the store, creating the bucket where it is not there, and aborts the uploads that never ended.
    /// (MinIO tells of no such uploads; it removes them itself after a day.)</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The store.</returns>
    /// <exception cref="ArgumentException">An option is outside its limits.</exception>
    /// <exception cref="ArtifactStoreException">The server cannot be reached or refuses.</exception>
    public static async Task<S3ArtifactStore> OpenAsync(
        S3ArtifactOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var client = new AmazonS3Client(
            new BasicAWSCredentials(options.AccessKey, options.SecretKey),
            new AmazonS3Config
            {
                ServiceURL = options.Endpoint.AbsoluteUri,
                AuthenticationRegion = options.Region,
                ForcePathStyle = options.PathStyle,
                Timeout = options.Timeout,
                MaxErrorRetry = options.Retries,

                // The store hashes what passes itself; not every server knows the checksums that are S3's own.
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            });
        var store = new S3ArtifactStore(client, options);
        try
        {
            await store.CreateBucketAsync(cancellationToken);
            await store.AbortLeftoversAsync(cancellationToken);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The object carries its SHA-256 as the metadata <c>x-amz-meta-sha256</c>, except where it is larger than one
    /// part and came without one announced: metadata is sent before the bytes.</remarks>
    public async Task<ArtifactReceipt> PutAsync(
        string key, Stream content, string? sha256 = null, CancellationToken cancellationToken = default)
    {
        ArtifactKey.Check(key);
        ArgumentNullException.ThrowIfNull(content);
        using var upload = new S3Upload(_client, _options, key, sha256);
        var buffer = ArrayPool<byte>.Shared.Rent(_options.PartBytes);
        try
        {
            while (true)
            {
                var read = await content.ReadAtLeastAsync(
                    buffer.AsMemory(0, _options.PartBytes), _options.PartBytes, throwOnEndOfStream: false, cancellationToken);
                var last = read < _options.PartBytes;
                await CallAsync(() => upload.AddAsync(buffer, read, last, cancellationToken), cancellationToken);
                if (last)
                {
                    return upload.Receipt;
                }
            }
        }
        catch
        {
            await upload.AbortAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken = default)
    {
        ArtifactKey.Check(key);
        try
        {
            var response = await CallAsync(() => _client.GetObjectAsync(_options.Bucket, key, cancellationToken), cancellationToken);
            return new S3ArtifactStream(response, key, _options.Timeout);
        }
        catch (ArtifactStoreException exception) when (IsMissing(exception))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArtifactInfo> ListAsync(
        string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ListObjectsV2Response page;
        string? after = null;
        do
        {
            // From a key on, not by the server's token: so a page can be asked for again.
            var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = prefix, StartAfter = after };
            page = await CallAsync(() => _client.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            foreach (var item in page.S3Objects ?? [])
            {
                after = item.Key;
                yield return new ArtifactInfo(item.Key, item.Size ?? 0);
            }
        }
        while (page.IsTruncated is true && page.S3Objects is { Count: > 0 });
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ArtifactKey.Check(key);
        try
        {
            await CallAsync(() => _client.GetObjectMetadataAsync(_options.Bucket, key, cancellationToken), cancellationToken);
        }
        catch (ArtifactStoreException exception) when (IsMissing(exception))
        {
            return false;
        }

        await CallAsync(() => _client.DeleteObjectAsync(_options.Bucket, key, cancellationToken), cancellationToken);
        return true;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private static bool IsMissing(ArtifactStoreException exception) =>
        exception.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound } inner
        && inner.ErrorCode != "NoSuchBucket";

    private async Task CreateBucketAsync(CancellationToken cancellationToken)
    {
        var probe = new ListObjectsV2Request { BucketName = _options.Bucket, MaxKeys = 1 };
        try
        {
            await CallAsync(() => _client.ListObjectsV2Async(probe, cancellationToken), cancellationToken);
        }
        catch (ArtifactStoreException exception) when (exception.InnerException is AmazonS3Exception { ErrorCode: "NoSuchBucket" })
        {
            try
            {
                await CallAsync(() => _client.PutBucketAsync(_options.Bucket, cancellationToken), cancellationToken);
            }
            catch (ArtifactStoreException created) when (
                created.InnerException is AmazonS3Exception { ErrorCode: "BucketAlreadyOwnedByYou" or "BucketAlreadyExists" })
            {
                // Another one was faster; what matters is that it answers.
                await CallAsync(() => _client.ListObjectsV2Async(probe, cancellationToken), cancellationToken);
            }
        }
    }

    private async Task AbortLeftoversAsync(CancellationToken cancellationToken)
    {
        ListMultipartUploadsResponse page;
        string? key = null, id = null;
        do
        {
            var request = new ListMultipartUploadsRequest { BucketName = _options.Bucket, KeyMarker = key, UploadIdMarker = id };
            try
            {
                page = await CallAsync(() => _client.ListMultipartUploadsAsync(request, cancellationToken), cancellationToken);
            }
            catch (ArtifactStoreException exception) when (exception.InnerException is AmazonS3Exception
                { StatusCode: HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed })
            {
                // Leftovers cost space and are never seen: a server that cannot tell of them is good enough.
                return;
            }

            foreach (var upload in page.MultipartUploads ?? [])
            {
                var abort = new AbortMultipartUploadRequest
                {
                    BucketName = _options.Bucket, Key = upload.Key, UploadId = upload.UploadId,
                };
                await CallAsync(() => _client.AbortMultipartUploadAsync(abort, cancellationToken), cancellationToken);
            }

            (key, id) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated is true && !string.IsNullOrEmpty(key));
    }

    /// <summary>Calls the server; what goes wrong with it becomes an error that names it.</summary>
    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (
            exception is AmazonClientException or AmazonServiceException or HttpRequestException or WebException or TimeoutException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var reason = exception is AmazonS3Exception { ErrorCode.Length: > 0 } told
                ? $"{told.ErrorCode}, {told.Message}"
                : exception is OperationCanceledException or TimeoutException ? $"no answer within {_options.Timeout.TotalSeconds} s" : exception.Message;
            throw new ArtifactStoreException(
                $"The artifact store at {_options.Endpoint}, bucket {_options.Bucket}: {reason}", exception);
        }
    }
}
