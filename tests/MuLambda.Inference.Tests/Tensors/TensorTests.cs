namespace MuLambda.Inference.Tests.Tensors;

public sealed class TensorTests
{
    [Fact]
    public void A_tensor_holds_what_it_was_made_from()
    {
        using var tensor = Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        tensor.DType.ShouldBe(DType.Float32);
        tensor.Length.ShouldBe(6);
        tensor.ByteLength.ShouldBe(24);
        tensor.ToString().ShouldBe("float32[2,3]");
        tensor.AsSpan<float>()[5] = 60;
        tensor.AsReadOnlySpan<float>().ToArray().ShouldBe([1, 2, 3, 4, 5, 60]);
    }

    [Fact]
    public void A_shape_must_fit_the_values()
    {
        Should.Throw<ArgumentException>(() => Tensor.From<int>([1, 2], [3])).Message.ShouldContain("[3] cannot have 2 elements");
        Should.Throw<ArgumentException>(() => Tensor.From<int>([], [-1])).Message.ShouldContain("[-1] has a negative dimension");
        Should.Throw<ArgumentException>(() => Tensor.FromStrings([default], [2])).Message.ShouldContain("[2] cannot have 1 elements");
    }

    [Fact]
    public void Sizes_that_overflow_are_refused()
    {
        Should.Throw<ArgumentException>(() => Tensor.Create(DType.Float64, [1L << 40, 1L << 40])).Message.ShouldContain("exceeds");
        Should.Throw<ArgumentException>(() => Tensor.Create(DType.UInt8, [1L << 31])).Message.ShouldContain("exceeds");
        using var empty = Tensor.Create(DType.Float64, [1L << 40, 0, 1L << 40]);
        empty.Length.ShouldBe(0);
    }

    [Fact]
    public void Elements_are_read_in_their_own_type_only()
    {
        using var tensor = Tensor.From<int>([1], [1]);
        Should.Throw<InvalidOperationException>(() => tensor.AsReadOnlySpan<float>().Length).Message.ShouldBe("The elements are int32, not float32.");
        Should.Throw<InvalidOperationException>(() => tensor.Strings.Length).Message.ShouldBe("A tensor of int32 has no strings.");
    }

    [Fact]
    public void A_disposed_tensor_cannot_be_read()
    {
        var tensor = Tensor.From<int>([1], [1]);
        tensor.Dispose();
        tensor.Dispose();
        Should.Throw<ObjectDisposedException>(() => tensor.AsReadOnlySpan<int>().Length);
    }

    [Fact]
    public void Buffers_are_aligned_counted_and_reused()
    {
        var pool = new TensorPool();
        var first = Tensor.Create(DType.Float32, [100], pool);
        unsafe
        {
            ((nint)first.Address % 64).ShouldBe(0);
        }

        pool.Outstanding.ShouldBe(1);
        first.Dispose();
        pool.Outstanding.ShouldBe(0);
        pool.RetainedBytes.ShouldBe(512);
        using var second = Tensor.Create(DType.UInt8, [300], pool);
        pool.RetainedBytes.ShouldBe(0);
    }

    [Fact]
    public void A_pool_keeps_no_more_than_its_limit()
    {
        var pool = new TensorPool(retainLimitBytes: 1024);
        var tensors = Enumerable.Range(0, 10).Select(_ => Tensor.Create(DType.UInt8, [512], pool)).ToArray();
        pool.Outstanding.ShouldBe(10);
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }

        pool.Outstanding.ShouldBe(0);
        pool.RetainedBytes.ShouldBe(1024);
    }

    [Fact]
    public void A_buffer_above_the_largest_class_is_not_kept()
    {
        var pool = new TensorPool(long.MaxValue);
        Tensor.Create(DType.UInt8, [(64L << 20) + 1], pool).Dispose();
        pool.RetainedBytes.ShouldBe(0);
        pool.Outstanding.ShouldBe(0);
    }
}
