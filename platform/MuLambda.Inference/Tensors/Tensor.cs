namespace MuLambda.Inference;

/// <summary>
/// An n-dimensional array in row-major order. Numbers lie in native memory that is reused after <see cref="Dispose"/>; no span
/// of a tensor may be used after it. A tensor may be read by several threads at once.
/// </summary>
public sealed unsafe class Tensor : IDisposable
{
    private readonly long[] shape;
    private readonly ReadOnlyMemory<byte>[]? strings;
    private TensorStorage? storage;

    internal Tensor(DType type, long[] shape, TensorStorage storage)
    {
        DType = type;
        this.shape = shape;
        this.storage = storage;
        Length = CountElements(shape);
    }

    internal Tensor(long[] shape, ReadOnlyMemory<byte>[] strings)
    {
        DType = DType.String;
        this.shape = shape;
        this.strings = strings;
        Length = strings.Length;
    }

    /// <summary>The type of the elements.</summary>
    public DType DType { get; }

    /// <summary>The sizes of the dimensions, outermost first; empty for a scalar.</summary>
    public ReadOnlySpan<long> Shape => shape;

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    /// <summary>The size of the elements in bytes; of strings, the sum of their lengths.</summary>
    public long ByteLength
    {
        get
        {
            if (strings is null)
            {
                return Length * DType.Size();
            }

            long sum = 0;
            foreach (var s in strings)
            {
                sum += s.Length;
            }

            return sum;
        }
    }

    /// <summary>The elements of a string tensor.</summary>
    /// <exception cref="InvalidOperationException">The elements are numbers.</exception>
    public ReadOnlySpan<ReadOnlyMemory<byte>> Strings =>
        strings ?? throw new InvalidOperationException($"A tensor of {DType.Name()} has no strings.");

    /// <summary>The elements of a tensor of numbers as bytes.</summary>
    /// <exception cref="InvalidOperationException">The elements are strings.</exception>
    public ReadOnlySpan<byte> Bytes => new(Address, checked((int)ByteLength));

    internal void* Address
    {
        get
        {
            if (strings is not null)
            {
                throw new InvalidOperationException("The elements of a string tensor are read through Strings.");
            }

            ObjectDisposedException.ThrowIf(storage is null, this);
            return storage.Address;
        }
    }

    /// <summary>Makes a tensor of numbers whose contents are undefined until they are written.</summary>
    /// <param name="type">The type of the elements, not <see cref="DType.String"/>.</param>
    /// <param name="shape">The sizes of the dimensions, none negative; at most 2 GiB in all.</param>
    /// <param name="pool">Where the memory comes from; <see cref="TensorPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentException">The shape or the type does not make a tensor of numbers.</exception>
    public static Tensor Create(DType type, ReadOnlySpan<long> shape, TensorPool? pool = null)
    {
        var size = type.Size();
        if (size == 0)
        {
            throw new ArgumentException("A string tensor is made from its strings.", nameof(type));
        }

        var length = CountElements(shape);
        if (length > int.MaxValue / size)
        {
            throw new ArgumentException($"A tensor {Shapes.Format(shape)} of {type.Name()} exceeds {int.MaxValue} bytes.", nameof(shape));
        }

        return new Tensor(type, shape.ToArray(), new PooledStorage((pool ?? TensorPool.Shared).Rent(length * size)));
    }

    /// <summary>Makes a tensor of numbers with these contents.</summary>
    /// <typeparam name="T">An element type of <see cref="DTypes.Of{T}"/>.</typeparam>
    /// <param name="values">The elements in row-major order, copied.</param>
    /// <param name="shape">The sizes of the dimensions; their product is the number of <paramref name="values"/>.</param>
    /// <param name="pool">Where the memory comes from; <see cref="TensorPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentException">The shape does not fit the values.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, TensorPool? pool = null)
        where T : unmanaged
    {
        RequireCount(values.Length, shape);
        var tensor = Create(DTypes.Of<T>(), shape, pool);
        values.CopyTo(tensor.AsSpan<T>());
        return tensor;
    }

    /// <summary>Makes a tensor of strings.</summary>
    /// <param name="values">The elements in row-major order; the bytes are kept, not copied.</param>
    /// <param name="shape">The sizes of the dimensions; their product is the number of <paramref name="values"/>.</param>
    /// <exception cref="ArgumentException">The shape does not fit the values.</exception>
    public static Tensor FromStrings(ReadOnlySpan<ReadOnlyMemory<byte>> values, ReadOnlySpan<long> shape)
    {
        RequireCount(values.Length, shape);
        return new Tensor(shape.ToArray(), values.ToArray());
    }

    /// <summary>The elements, for reading.</summary>
    /// <typeparam name="T">The element type that belongs to <see cref="DType"/>.</typeparam>
    /// <exception cref="InvalidOperationException">The elements have another type.</exception>
    public ReadOnlySpan<T> AsReadOnlySpan<T>()
        where T : unmanaged
    {
        RequireType<T>();
        return new ReadOnlySpan<T>(Address, checked((int)Length));
    }

    /// <summary>The elements, for writing.</summary>
    /// <typeparam name="T">The element type that belongs to <see cref="DType"/>.</typeparam>
    /// <exception cref="InvalidOperationException">The elements have another type, or the tensor shares a message's memory.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        RequireType<T>();
        RequireWritable();
        return new Span<T>(Address, checked((int)Length));
    }

    /// <summary>The elements of a tensor of numbers as bytes, for writing.</summary>
    /// <exception cref="InvalidOperationException">The elements are strings, or the tensor shares a message's memory.</exception>
    public Span<byte> AsBytes()
    {
        RequireWritable();
        return new Span<byte>(Address, checked((int)ByteLength));
    }

    /// <summary>Gives the memory back. Calling it again does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref storage, null)?.Dispose();

    /// <summary>The type and shape, such as <c>float32[3,28,28]</c>.</summary>
    public override string ToString() => DType.Name() + Shapes.Format(shape);

    internal static long CountElements(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (var size in shape)
        {
            if (size < 0)
            {
                throw new ArgumentException($"The shape {Shapes.Format(shape)} has a negative dimension.", nameof(shape));
            }

            count = size == 0 ? 0 : count > long.MaxValue / size ? long.MaxValue : count * size;
        }

        return count;
    }

    private static void RequireCount(int given, ReadOnlySpan<long> shape)
    {
        if (CountElements(shape) != given)
        {
            throw new ArgumentException($"A tensor {Shapes.Format(shape)} cannot have {given} elements.", nameof(shape));
        }
    }

    private void RequireType<T>()
        where T : unmanaged
    {
        if (DTypes.Of<T>() != DType)
        {
            throw new InvalidOperationException($"The elements are {DType.Name()}, not {DTypes.Of<T>().Name()}.");
        }
    }

    private void RequireWritable()
    {
        if (storage is { Writable: false })
        {
            throw new InvalidOperationException("The tensor shares the memory of a message and cannot be written.");
        }
    }
}
