using System.Globalization;
using System.Text;
using Google.Protobuf;
using MuLambda.Inference;
using MuLambda.Protocol.Serving;

namespace MuLambda.Benchmarks.Targets;

/// <summary>What one call sends: images of noise, in every form a target takes them.</summary>
internal sealed class Payload
{
    private Payload(int items, IReadOnlyList<Part> parts) => (Items, Parts) = (items, parts);

    /// <summary>How many images one call is about.</summary>
    public int Items { get; }

    /// <summary>The requests of one call, sent together: one, or one an image where the model's batch is fixed at 1.</summary>
    public IReadOnlyList<Part> Parts { get; }

    public static Payload Create(BenchmarkModel model, int items, int seed)
    {
        var random = new Random(seed);
        return new Payload(items, model.IsBatched || items == 1
            ? [Part.Create(model, items, random)]
            : [.. Enumerable.Range(0, items).Select(_ => Part.Create(model, 1, random))]);
    }

    /// <summary>One request.</summary>
    internal sealed record Part(string InputName, Tensor Tensor, PredictRequest Grpc, byte[] Json)
    {
        public static Part Create(BenchmarkModel model, int items, Random random)
        {
            long[] shape = [items, .. model.Input.Shape!.Skip(1)];
            var tensor = Tensor.Create(model.Input.DType, shape);
            var json = new StringBuilder("{\"instances\":");
            switch (model.Input.DType)
            {
                case DType.Float32:
                    Fill(tensor.AsSpan<float>(), () => random.Next(256) / 255f);
                    Write(json, tensor.AsSpan<float>(), shape);
                    break;
                case DType.Int32:
                    Fill(tensor.AsSpan<int>(), () => random.Next(256));
                    Write(json, tensor.AsSpan<int>(), shape);
                    break;
                default:
                    throw new NotSupportedException($"The input of {model.Name} is {model.Input}; expected float32 or int32.");
            }

            var request = new PredictRequest { ModelSpec = new ModelSpec { Name = model.Name } };
            request.Inputs.Add(model.Input.Name, tensor.ToTensorProto());
            return new Part(model.Input.Name, tensor, request, Encoding.UTF8.GetBytes(json.Append('}').ToString()));
        }

        private static void Fill<T>(Span<T> values, Func<T> next)
        {
            foreach (ref var value in values)
            {
                value = next();
            }
        }

        private static void Write<T>(StringBuilder json, ReadOnlySpan<T> values, ReadOnlySpan<long> shape)
            where T : unmanaged, IFormattable
        {
            if (shape.Length == 0)
            {
                json.Append(values[0].ToString(null, CultureInfo.InvariantCulture));
                return;
            }

            var size = values.Length / (int)shape[0];
            for (var i = 0; i < shape[0]; i++)
            {
                json.Append(i == 0 ? '[' : ',');
                Write(json, values.Slice(i * size, size), shape[1..]);
            }

            json.Append(']');
        }
    }
}
