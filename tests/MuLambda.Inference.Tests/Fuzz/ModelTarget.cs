using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Fuzz;

/// <summary>Loads what a file has become, and runs it where it still loads.</summary>
internal sealed class ModelTarget(string name) : IDisposable
{
    private const long MostElements = 1 << 16;
    /// <summary>The model's directory.</summary>
    public ModelFolder Folder { get; } = new();

    /// <summary>Writes the model's main file, loads the model and runs each of its signatures once.</summary>
    /// <returns>The refusal, which names the file; null where the model loads.</returns>
    public string? Try(byte[] content) => Try(name, content);

    /// <summary>The same with another of the model's files.</summary>
    public string? Try(string damaged, byte[] content)
    {
        Folder.Write(damaged, content);
        try
        {
            using var model = ModelLoader.Load(Folder.Path);
            foreach (var signature in model.Description.Signatures)
            {
                Run(model, signature);
            }

            return null;
        }
        catch (ModelFormatException e)
        {
            e.Message.ShouldStartWith(Folder.Path);
            return e.Message[Folder.Path.Length..].Trim();
        }
    }

    public void Dispose() => Folder.Dispose();

    // Zeros; a run may fail by the model's fault, and be stopped where it would not end.
    private static void Run(LoadedModel model, SignatureDescription signature)
    {
        var inputs = new Dictionary<string, Tensor>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            foreach (var spec in signature.Inputs)
            {
                long[] shape = [.. (spec.Shape ?? []).Select(d => d < 0 ? 1 : d)];
                if (shape.Aggregate(1d, (a, b) => a * b) > MostElements)
                {
                    return;
                }

                inputs.Add(spec.Name, spec.DType == DType.String ? Strings(shape) : Tensor.Create(spec.DType, shape));
            }

            using var outputs = model.Run(signature.Name, inputs, null, patience.Token);
        }
        catch (InferenceException e)
        {
            e.Message.ShouldNotBeEmpty();
        }
        catch (OperationCanceledException)
        {
            patience.IsCancellationRequested.ShouldBeTrue();
        }
        finally
        {
            foreach (var tensor in inputs.Values)
            {
                tensor.Dispose();
            }
        }
    }

    private static Tensor Strings(long[] shape) => Tensor.FromStrings(new ReadOnlyMemory<byte>[Tensor.CountElements(shape)], shape);
}
