using System.Security.Cryptography;
using MuLambda.Catalog.Artifacts;

namespace MuLambda.Catalog.Tests.Artifacts;

/// <summary>What every <see cref="IArtifactStore"/> has to do.</summary>
public abstract class ArtifactStoreContract
{
    /// <summary>Opens the test's store; again and again the same one.</summary>
    protected abstract Task<IArtifactStore> OpenAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public async Task What_was_put_is_read_back_and_its_hash_and_size_are_told(int size)
    {
        var store = await OpenAsync();
        var content = RandomNumberGenerator.GetBytes(size);

        var receipt = await store.PutAsync("models/a.tar", new MemoryStream(content));

        receipt.ShouldBe(new ArtifactReceipt("models/a.tar", size, Hash(content)));
        (await ReadAsync(store, "models/a.tar")).ShouldBe(content);
    }

    [Fact]
    public async Task Bytes_with_another_hash_than_announced_are_not_stored()
    {
        var store = await OpenAsync();
        await store.PutAsync("a", new MemoryStream([1]));

        await Should.ThrowAsync<ArtifactMismatchException>(
            () => store.PutAsync("a", new MemoryStream([2]), Hash([3])));

        (await ReadAsync(store, "a")).ShouldBe([1]);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_never_becomes_visible()
    {
        var store = await OpenAsync();

        await Should.ThrowAsync<IOException>(() => store.PutAsync("a", new BreakingStream(300_000)));

        (await ReadAsync(store, "a")).ShouldBeNull();
        (await store.ListAsync().ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task While_it_is_uploaded_the_old_artifact_is_read()
    {
        var store = await OpenAsync();
        await store.PutAsync("a", new MemoryStream([1]));
        var half = new HalfwayStream([2, 3]);
        var put = store.PutAsync("a", half);
        await half.Halfway.WaitAsync(Deadline.Time);

        (await ReadAsync(store, "a")).ShouldBe([1]);
        half.Continue();
        await put;
        (await ReadAsync(store, "a")).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task A_reader_reads_to_the_end_what_is_replaced_or_deleted_meanwhile()
    {
        var store = await OpenAsync();
        var content = RandomNumberGenerator.GetBytes(500_000);
        await store.PutAsync("a", new MemoryStream(content));
        await using var reader = (await store.OpenAsync("a"))!;

        await store.PutAsync("a", new MemoryStream([1]));
        await store.DeleteAsync("a");

        var read = new MemoryStream();
        await reader.CopyToAsync(read);
        read.ToArray().ShouldBe(content);
    }

    [Fact]
    public async Task What_is_listed_is_what_is_stored_in_order_of_key()
    {
        var store = await OpenAsync();
        await store.PutAsync("models/b", new MemoryStream([1, 2]));
        await store.PutAsync("models/a/x", new MemoryStream([1]));
        await store.PutAsync("z", new MemoryStream([]));

        (await store.ListAsync().ToListAsync()).ShouldBe([new("models/a/x", 1), new("models/b", 2), new("z", 0)]);
        (await store.ListAsync("models/b").ToListAsync()).ShouldBe([new("models/b", 2)]);
    }

    [Fact]
    public async Task What_was_deleted_is_gone_and_deleting_it_again_is_false()
    {
        var store = await OpenAsync();
        await store.PutAsync("a", new MemoryStream([1]));

        (await store.DeleteAsync("a")).ShouldBeTrue();
        (await store.DeleteAsync("a")).ShouldBeFalse();
        (await ReadAsync(store, "a")).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData(".incoming/a")]
    [InlineData("a/.hidden")]
    [InlineData("a.")]
    [InlineData("A")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    public async Task A_key_that_could_leave_the_store_is_refused(string key)
    {
        var store = await OpenAsync();

        await Should.ThrowAsync<ArgumentException>(() => store.PutAsync(key, new MemoryStream([1])));
        await Should.ThrowAsync<ArgumentException>(() => store.OpenAsync(key));
        await Should.ThrowAsync<ArgumentException>(() => store.DeleteAsync(key));
    }

    [Fact]
    public async Task Concurrent_puts_of_one_key_leave_one_of_them_whole()
    {
        var store = await OpenAsync();
        var contents = Enumerable.Range(0, 8).Select(i => Enumerable.Repeat((byte)i, 200_000).ToArray()).ToList();

        await Task.WhenAll(contents.Select(c => store.PutAsync("a", new MemoryStream(c))));

        var stored = (await ReadAsync(store, "a"))!;
        contents.ShouldContain(c => c.SequenceEqual(stored));
        (await store.ListAsync().ToListAsync()).Count.ShouldBe(1);
    }

    protected static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    protected static async Task<byte[]?> ReadAsync(IArtifactStore store, string key)
    {
        await using var stream = await store.OpenAsync(key);
        if (stream is null)
        {
            return null;
        }

        var read = new MemoryStream();
        await stream.CopyToAsync(read);
        return read.ToArray();
    }

    /// <summary>Breaks off after some bytes, as a connection does.</summary>
    private sealed class BreakingStream(int bytes) : MemoryStream(new byte[bytes])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read
                ? read
                : throw new IOException("The connection broke off.");
    }

    /// <summary>Stops after its first byte until it is told to go on.</summary>
    private sealed class HalfwayStream(byte[] content) : MemoryStream(content)
    {
        private readonly TaskCompletionSource _halfway = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _continue = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Halfway => _halfway.Task;

        public void Continue() => _continue.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position > 0)
            {
                _halfway.TrySetResult();
                await _continue.Task.WaitAsync(Deadline.Time, cancellationToken);
            }

            return await base.ReadAsync(buffer[..1], cancellationToken);
        }
    }
}
