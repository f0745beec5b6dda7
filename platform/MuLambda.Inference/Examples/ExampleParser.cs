using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MuLambda.Inference.Examples;

/// <summary>Parses a string tensor of serialized examples into the tensors a graph takes from them.</summary>
internal sealed class ExampleParser
{
    private readonly ExampleSpec spec;
    private readonly string input;
    private readonly int[] outputs;
    private readonly byte[][] keys;

    /// <param name="spec">What is parsed.</param>
    /// <param name="input">The input the examples come in, for messages.</param>
    /// <param name="outputs">Which tensors are wanted, by their position among the outputs of <paramref name="spec"/>.</param>
    public ExampleParser(ExampleSpec spec, string input, IEnumerable<int> outputs)
    {
        this.spec = spec;
        this.input = input;
        this.outputs = [.. outputs];
        keys = [.. spec.Sparse.Select(f => f.Key).Concat(spec.Dense.Select(f => f.Key)).Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>The input the examples come in.</summary>
    public string Input => input;

    /// <summary>Parses examples.</summary>
    /// <returns>The tensors wanted, in order; the caller disposes them.</returns>
    /// <exception cref="InferenceException">An example is malformed or does not fit; the message names example and feature.</exception>
    public Tensor[] Parse(Tensor serialized)
    {
        if (serialized.Shape.Length > 1 || (spec.Single && serialized.Shape.Length == 1))
        {
            throw Invalid($"is {serialized}: serialized examples are given as {(spec.Single ? "string[]" : "string[-1]")}");
        }

        // A scalar gives tensors without a dimension for examples.
        var single = serialized.Shape.Length == 0;
        var features = Find(serialized.Strings);
        var results = new Tensor[spec.Outputs];
        try
        {
            var rows = serialized.Strings.Length;
            for (var i = 0; i < spec.Sparse.Count; i++)
            {
                (results[i], results[spec.Sparse.Count + i], results[(2 * spec.Sparse.Count) + i]) = Sparse(spec.Sparse[i], Column(features, i), rows, single);
            }

            for (var i = 0; i < spec.Dense.Count; i++)
            {
                results[(3 * spec.Sparse.Count) + i] = Dense(spec.Dense[i], Column(features, spec.Sparse.Count + i), rows, single);
            }

            var wanted = Array.ConvertAll(outputs, o => results[o]);
            foreach (var result in results.Except(wanted))
            {
                result.Dispose();
            }

            return wanted;
        }
        catch
        {
            foreach (var result in results)
            {
                result?.Dispose();
            }

            throw;
        }
    }

    private FeatureValues?[] Column(FeatureValues?[] features, int column) =>
        [.. Enumerable.Range(0, features.Length / keys.Length).Select(row => features[(row * keys.Length) + column])];

    private FeatureValues?[] Find(ReadOnlySpan<ReadOnlyMemory<byte>> examples)
    {
        var found = new ReadOnlyMemory<byte>[keys.Length];
        var values = new FeatureValues?[examples.Length * keys.Length];
        for (var row = 0; row < examples.Length; row++)
        {
            Array.Clear(found);
            try
            {
                ExampleReader.Find(examples[row], keys, found);
                for (var i = 0; i < found.Length; i++)
                {
                    var read = found[i].IsEmpty ? null : FeatureValues.Read(found[i]);
                    values[(row * keys.Length) + i] = read?.Type is null or DType.None ? null : read;
                }
            }
            catch (InvalidDataException e)
            {
                throw Invalid(row, $"is no serialized tf.Example: {e.Message}");
            }
        }

        return values;
    }

    private (Tensor Indices, Tensor Values, Tensor Shape) Sparse(SparseFeature feature, FeatureValues?[] column, int rows, bool single)
    {
        var most = 0;
        long sum = 0;
        for (var row = 0; row < rows; row++)
        {
            RequireType(feature.Key, feature.Type, feature.Type.Name(), column[row], row);
            most = Math.Max(most, column[row]?.Count ?? 0);
            sum += column[row]?.Count ?? 0;
        }

        var rank = single ? 1 : 2;
        RequireSize(feature.Key, sum, sizeof(long) * rank);
        var indices = new long[sum * rank];
        var next = 0;
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < (column[row]?.Count ?? 0); i++)
            {
                if (!single)
                {
                    indices[next++] = row;
                }

                indices[next++] = i;
            }
        }

        return (
            Tensor.From<long>(indices, [sum, rank]),
            Fill(feature.Type, [sum], (target, strings) =>
            {
                var at = 0;
                foreach (var values in column)
                {
                    Copy(values, target, strings, at);
                    at += values?.Count ?? 0;
                }
            }),
            single ? Tensor.From<long>([most], [1]) : Tensor.From<long>([rows, most], [2]));
    }

    private Tensor Dense(DenseFeature feature, FeatureValues?[] column, int rows, bool single)
    {
        var each = feature.Elements;
        long most = 0;
        for (var row = 0; row < rows; row++)
        {
            RequireType(feature.Key, feature.Type, feature.ToString(), column[row], row);
            if (column[row] is not { } values)
            {
                if (feature.Default is null && !feature.Variable)
                {
                    throw Invalid(row, $"lacks the feature {feature.Key}; {feature} is required");
                }

                continue;
            }

            if (feature.Variable ? each == 0 || values.Count % each != 0 : values.Count != each)
            {
                throw Invalid(row, $"has {values.Count} values in feature {feature.Key}; {feature} is expected");
            }

            most = Math.Max(most, values.Count);
        }

        var width = feature.Variable ? most : each;
        RequireSize(feature.Key, rows * (double)width, feature.Type == DType.String ? 16 : feature.Type.Size());
        long[] shape = feature.Variable ? [each == 0 ? 0 : most / each, .. feature.Shape[1..]] : feature.Shape;
        return Fill(feature.Type, single ? shape : [rows, .. shape], (target, strings) =>
        {
            for (var row = 0; row < rows; row++)
            {
                var at = row * (int)width;
                var given = column[row]?.Count ?? 0;
                Copy(column[row], target, strings, at);
                Pad(feature, target, strings, at + given, (int)width - given);
            }
        });
    }

    private static Tensor Fill(DType type, long[] shape, Filler fill)
    {
        if (type == DType.String)
        {
            var strings = new ReadOnlyMemory<byte>[Tensor.CountElements(shape)];
            fill(default, strings);
            return Tensor.FromStrings(strings, shape);
        }

        var tensor = Tensor.Create(type, shape);
        fill(tensor.AsBytes(), default);
        return tensor;
    }

    private static void Copy(FeatureValues? values, Span<byte> target, Span<ReadOnlyMemory<byte>> strings, int at)
    {
        switch (values?.Type)
        {
            case DType.String: values.CopyTo(strings[at..]); break;
            case DType.Float32: values.CopyTo(MemoryMarshal.Cast<byte, float>(target)[at..]); break;
            case DType.Int64: values.CopyTo(MemoryMarshal.Cast<byte, long>(target)[at..]); break;
        }
    }

    // Either as many values as are missing, or one for each of them.
    private static void Pad(DenseFeature feature, Span<byte> target, Span<ReadOnlyMemory<byte>> strings, int at, int count)
    {
        if (feature.Type == DType.String)
        {
            for (var i = 0; i < count; i++)
            {
                strings[at + i] = feature.Default is { Strings: { Length: > 0 } given } ? given[given.Length == 1 ? 0 : i] : default;
            }

            return;
        }

        var size = feature.Type.Size();
        var room = target.Slice(at * size, count * size);
        if (feature.Default is not { Bytes: { Length: > 0 } bytes })
        {
            room.Clear();
        }
        else
        {
            for (; room.Length > 0; room = room[bytes.Length..])
            {
                bytes.CopyTo(room);
            }
        }
    }

    private void RequireType(string key, DType expected, string description, FeatureValues? values, int row)
    {
        if (values is not null && values.Type != expected)
        {
            throw Invalid(row, $"holds {values.Type.Name()} values in feature {key}; {description} is expected");
        }
    }

    private void RequireSize(string key, double elements, int size)
    {
        var most = TensorLimits.Default.MaxBytes;
        if (elements * size > most)
        {
            throw new InferenceException(
                InferenceError.TooLarge, $"Input {input}: feature {key} of all examples takes more than the limit of {most} bytes.", input);
        }
    }

    private InferenceException Invalid(int row, string what) => Invalid($"is malformed: example {row.ToString(CultureInfo.InvariantCulture)} {what}");

    private InferenceException Invalid(string what) => new(InferenceError.InvalidInput, $"Input {input} {what}.", input);

    private delegate void Filler(Span<byte> numbers, Span<ReadOnlyMemory<byte>> strings);
}
