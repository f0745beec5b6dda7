using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using MuLambda.Catalog.Artifacts;
using MuLambda.Catalog.Tests.Artifacts;

namespace MuLambda.Catalog.S3.Tests;

public sealed class S3ArtifactStoreTests(S3Server server) : ArtifactStoreContract, IClassFixture<S3Server>, IDisposable
{
    private const int Part = S3ArtifactOptions.MinPartBytes;

    private readonly string _bucket = $"test-{Guid.NewGuid():N}";
    private readonly List<IDisposable> _stores = [];

    public void Dispose() => _stores.ForEach(static s => s.Dispose());

    [Theory]
    [InlineData(Part - 1)]
    [InlineData(Part)]
    [InlineData(Part + 1)]
    [InlineData((3 * Part) + 12345)]
    public async Task What_takes_several_parts_is_read_back_whole(int size)
    {
        var store = await OpenAsync();
        var content = RandomNumberGenerator.GetBytes(size);

        var receipt = await store.PutAsync("a", new TrickleStream(content), Hash(content));

        receipt.ShouldBe(new ArtifactReceipt("a", size, Hash(content)));
        Hash((await ReadAsync(store, "a"))!).ShouldBe(Hash(content));
        (await store.ListAsync().ToListAsync()).ShouldBe([new ArtifactInfo("a", size)]);
        server.Uploads(_bucket).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_large_artifact_with_another_hash_than_announced_is_aborted()
    {
        var store = await OpenAsync();
        await store.PutAsync("a", new MemoryStream([1]));

        await Should.ThrowAsync<ArtifactMismatchException>(
            () => store.PutAsync("a", new MemoryStream(new byte[(2 * Part) + 1]), Hash([3])));

        (await ReadAsync(store, "a")).ShouldBe([1]);
        server.Uploads(_bucket).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_large_upload_that_is_cancelled_is_aborted()
    {
        var store = await OpenAsync();
        using var cancel = new CancellationTokenSource();
        var content = new InterruptedStream(3 * Part, 2 * Part, () => cancel.CancelAsync());

        await Should.ThrowAsync<OperationCanceledException>(() => store.PutAsync("a", content, null, cancel.Token));

        (await ReadAsync(store, "a")).ShouldBeNull();
        server.Uploads(_bucket).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(Part + 10)]
    public async Task The_object_carries_its_hash(int size)
    {
        var store = await OpenAsync();
        var content = RandomNumberGenerator.GetBytes(size);

        await store.PutAsync("a", new MemoryStream(content), Hash(content));

        using var client = Client();
        var metadata = (await client.GetObjectMetadataAsync(_bucket, "a")).Metadata;
        metadata["sha256"].ShouldBe(Hash(content));
    }

    [Fact]
    public async Task Uploads_that_never_ended_are_aborted_when_the_store_is_opened()
    {
        var store = await OpenAsync();
        await store.PutAsync("kept", new MemoryStream([1]));
        using var client = Client();
        foreach (var key in new[] { "x", "y" })
        {
            var id = (await client.InitiateMultipartUploadAsync(_bucket, key)).UploadId;
            await client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = _bucket, Key = key, UploadId = id, PartNumber = 1, InputStream = new MemoryStream([1, 2]),
                UseChunkEncoding = false,
            });
        }

        server.Uploads(_bucket).Count().ShouldBe(2);
        var again = await OpenAsync();

        server.Uploads(_bucket).ShouldBeEmpty();
        (await ReadAsync(again, "kept")).ShouldBe([1]);
    }

    [Fact]
    public async Task A_wrong_secret_is_an_error_that_does_not_show_it()
    {
        var exception = await Should.ThrowAsync<IOException>(
            () => S3ArtifactStore.OpenAsync(server.Options(_bucket, "hunter2hunter2")));

        exception.Message.ShouldContain("SignatureDoesNotMatch");
        exception.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error_that_names_it()
    {
        var options = new S3ArtifactOptions
        {
            Endpoint = new Uri("http://127.0.0.1:1"), AccessKey = "a", SecretKey = "s", Retries = 0,
        };

        var exception = await Should.ThrowAsync<IOException>(() => S3ArtifactStore.OpenAsync(options));

        exception.Message.ShouldContain("http://127.0.0.1:1/, bucket models");
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new S3ArtifactOptions
        {
            Endpoint = new Uri($"http://{listener.LocalEndpoint}"), AccessKey = "a", SecretKey = "s",
            Retries = 0, Timeout = TimeSpan.FromMilliseconds(300), // The listener takes the connection, and says nothing.
        };

        await Should.ThrowAsync<IOException>(() => S3ArtifactStore.OpenAsync(options).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    protected override async Task<IArtifactStore> OpenAsync()
    {
        var store = await S3ArtifactStore.OpenAsync(server.Options(_bucket));
        _stores.Add(store);
        return store;
    }

    private AmazonS3Client Client() => new(
        new BasicAWSCredentials("S3RVER", "S3RVER"),
        new AmazonS3Config
        {
            ServiceURL = server.Options(_bucket).Endpoint.AbsoluteUri,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        });

    /// <summary>Comes in pieces, as what a connection brings does.</summary>
    private sealed class TrickleStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 100_003)], cancellationToken);
    }
}
