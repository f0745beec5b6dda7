using System.Globalization;
using System.Text.Json;

namespace MuLambda.Client;

/// <summary>
/// A dense tensor: values in row-major order and a shape. Elements are float, double, int, long, byte, bool or string.
/// </summary>
public sealed class TensorData
{
    private readonly int[] _shape;

    private TensorData(Array values, int[] shape)
    {
        Values = values;
        _shape = shape;
    }

    /// <summary>The sizes of the dimensions, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape => _shape;

    /// <summary>How many elements there are.</summary>
    public int Count => Values.Length;

    /// <summary>The elements, in row-major order: a one-dimensional array of the element type.</summary>
    public Array Values { get; }

    /// <summary>The type of the elements.</summary>
    public Type ElementType => Values.GetType().GetElementType()!;

    /// <summary>Makes a tensor of values and a shape; the values are not copied.</summary>
    /// <typeparam name="T">float, double, int, long, byte, bool or string.</typeparam>
    /// <param name="values">The elements, in row-major order; floats must be finite, as JSON knows no others.</param>
    /// <param name="shape">The sizes of the dimensions; their product is the number of values.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the values, or the values cannot be sent.</exception>
    public static TensorData Create<T>(T[] values, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        TensorJson.ThrowIfNotSendable(values);
        long count = 1;
        foreach (var size in shape)
        {
            if (size < 0)
            {
                throw new ArgumentException($"A dimension's size is {size}; it must be at least 0.", nameof(shape));
            }

            count = checked(count * size);
        }

        return count == values.Length
            ? new TensorData(values, [.. shape])
            : throw new ArgumentException(
                $"The shape [{string.Join(',', shape)}] holds {count} values, but {values.Length} are given.", nameof(shape));
    }

    /// <summary>Makes a tensor of a .NET array of any rank, such as <c>float[,,,]</c>; the values are copied.</summary>
    /// <param name="array">The array; its lengths are the shape.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentException">The values cannot be sent.</exception>
    public static TensorData FromArray(Array array)
    {
        ArgumentNullException.ThrowIfNull(array);
        var values = Array.CreateInstance(array.GetType().GetElementType()!, array.Length);
        var index = 0;
        foreach (var value in array)
        {
            values.SetValue(value, index++);
        }

        TensorJson.ThrowIfNotSendable(values);
        return new TensorData(values, [.. Enumerable.Range(0, array.Rank).Select(array.GetLength)]);
    }

    /// <summary>Puts tensors of one shape and type behind each other along a new first dimension.</summary>
    /// <param name="items">The items of the batch, at least one.</param>
    /// <returns>The batch, whose first dimension is the number of items.</returns>
    /// <exception cref="ArgumentException">The items differ in shape or type, or there is none.</exception>
    public static TensorData Stack(IReadOnlyList<TensorData> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
        {
            throw new ArgumentException("A batch has at least one item.", nameof(items));
        }

        var first = items[0];
        var values = Array.CreateInstance(first.ElementType, checked(first.Count * items.Count));
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].ElementType != first.ElementType || !items[i].Shape.SequenceEqual(first.Shape))
            {
                throw new ArgumentException($"Item {i} differs from item 0 in shape or type.", nameof(items));
            }

            Array.Copy(items[i].Values, 0, values, i * first.Count, first.Count);
        }

        return new TensorData(values, [items.Count, .. first._shape]);
    }

    /// <summary>One item of a batch.</summary>
    /// <param name="index">The index along the first dimension.</param>
    /// <returns>A copy of that part, without the first dimension.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public TensorData Item(int index)
    {
        if (_shape.Length == 0 || (uint)index >= (uint)_shape[0])
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, "The tensor has no such item.");
        }

        var count = Count / _shape[0];
        var values = Array.CreateInstance(ElementType, count);
        Array.Copy(Values, index * count, values, 0, count);
        return new TensorData(values, _shape[1..]);
    }

    /// <summary>The elements as floats.</summary>
    /// <returns>The elements, rounded to single precision.</returns>
    /// <exception cref="InvalidCastException">The elements are no numbers.</exception>
    public float[] ToFloats() => Convert(value => System.Convert.ToSingle(value, CultureInfo.InvariantCulture));

    /// <summary>The elements as doubles.</summary>
    /// <returns>The elements.</returns>
    /// <exception cref="InvalidCastException">The elements are no numbers.</exception>
    public double[] ToDoubles() => Convert(value => System.Convert.ToDouble(value, CultureInfo.InvariantCulture));

    /// <summary>The elements as whole numbers.</summary>
    /// <returns>The elements.</returns>
    /// <exception cref="InvalidCastException">An element is no whole number.</exception>
    public long[] ToInt64s() => Convert(value => value switch
    {
        double d when d != Math.Truncate(d) => throw new InvalidCastException($"{d} is not a whole number."),
        float f when f != MathF.Truncate(f) => throw new InvalidCastException($"{f} is not a whole number."),
        _ => System.Convert.ToInt64(value, CultureInfo.InvariantCulture),
    });

    /// <summary>The elements as texts.</summary>
    /// <returns>The elements.</returns>
    /// <exception cref="InvalidCastException">The elements are no texts.</exception>
    public string[] ToStrings() =>
        Values as string[] ?? throw new InvalidCastException($"The elements are {ElementType.Name}, not texts.");

    internal static TensorData FromJson(JsonElement value) => TensorJson.Read(value, static (values, shape) => new(values, shape));

    private T[] Convert<T>(Func<object, T> convert)
    {
        if (Values is T[] same)
        {
            return [.. same];
        }

        if (Values is string[] or bool[])
        {
            throw new InvalidCastException($"The elements are {ElementType.Name}, not numbers.");
        }

        var result = new T[Values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = convert(Values.GetValue(i)!);
        }

        return result;
    }
}
