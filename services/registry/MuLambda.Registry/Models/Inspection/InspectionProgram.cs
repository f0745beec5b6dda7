using System.Globalization;
using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Inference;

namespace MuLambda.Registry.Models.Inspection;

/// <summary>
/// The process that loads a stranger's model and runs it once. What the native runtime does when it meets something that nobody
/// foresaw ends this process and no other.
/// </summary>
internal static class InspectionProgram
{
    /// <summary>The first argument that makes the registry's program an inspection.</summary>
    public const string Verb = "inspect-model";

    /// <summary>The exit code of an inspection that ended itself because nobody else had when its time was over.</summary>
    public const int TooLong = 124;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    // Larger inputs than these are nothing a model is tried with.
    private const long MostElements = 1 << 22;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Inspects: arguments are the verb, the directory, the most bytes of a file, of memory, and the seconds it may take.</summary>
    public static int Run(string[] args)
    {
        var (directory, fileBytes, memoryBytes, seconds) = (args[1], Number(args[2]), Number(args[3]), Number(args[4]));
        // Nobody may be left to end it. Whoever is left ends it in time and knows why it ended.
        using var end = new Timer(static _ => Environment.Exit(TooLong), null, TimeSpan.FromSeconds(seconds) + Grace, Timeout.InfiniteTimeSpan);
        ProcessLimits.Apply(memoryBytes);
        using var output = Console.OpenStandardOutput();
        JsonSerializer.Serialize(output, Inspect(directory, fileBytes), InspectionJson.Default.InspectionAnswer);
        return 0;
    }

    private static InspectionAnswer Inspect(string directory, long fileBytes)
    {
        try
        {
            using var model = ModelLoader.Load(directory, new ModelOptions { Limits = ModelLimits.Default with { MaxFileBytes = fileBytes } });
            foreach (var signature in model.Description.Signatures)
            {
                Try(model, signature);
            }

            var format = model.Description.Format == ModelFormats.Onnx ? ModelFormat.Onnx : ModelFormat.SavedModel;
            return new InspectionAnswer(null, format, [.. model.Description.Signatures.Select(Convert)]);
        }
        catch (ModelFormatException exception)
        {
            return new InspectionAnswer(exception.Message, default, []);
        }
        catch (InferenceException exception)
        {
            return new InspectionAnswer(null, default, [], exception.Message);
        }
    }

    // With zeros. Whether they are an input the model takes is not known, so an error says nothing; a crash does.
    private static void Try(LoadedModel model, SignatureDescription signature)
    {
        var inputs = new Dictionary<string, Tensor>();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            foreach (var input in signature.Inputs)
            {
                long[] shape = [.. (input.Shape ?? []).Select(size => Math.Abs(size))];
                if (shape.Aggregate(1d, (count, size) => count * size) > MostElements)
                {
                    return;
                }

                inputs.Add(input.Name, Zeros(input.DType, shape));
            }

            model.Run(signature.Name, inputs, null, patience.Token).Dispose();
        }
        catch (Exception exception) when (exception is InferenceException or OperationCanceledException)
        {
        }
        finally
        {
            foreach (var tensor in inputs.Values)
            {
                tensor.Dispose();
            }
        }
    }

    private static Tensor Zeros(DType type, long[] shape) => type == DType.String
        ? Tensor.FromStrings(new ReadOnlyMemory<byte>[shape.Aggregate(1L, static (count, size) => count * size)], shape)
        : Tensor.Create(type, shape);

    private static ModelSignature Convert(SignatureDescription signature) => new(
        signature.Name, [.. signature.Inputs.Select(Convert)], [.. signature.Outputs.Select(Convert)]);

    private static Catalog.TensorSpec Convert(Inference.TensorSpec tensor) =>
        new(tensor.Name, tensor.DType.Name(), tensor.Shape);

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
