using MuLambda.Inference;

namespace MuLambda.Benchmarks.Targets;

/// <summary>A model that is measured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The SavedModel.</param>
/// <param name="Input">Its only input.</param>
internal sealed record BenchmarkModel(string Name, string Path, TensorSpec Input)
{
    /// <summary>Whether one request may carry several images.</summary>
    public bool IsBatched => Input.Shape![0] < 0;

    /// <summary>Reads what <c>NAME=PATH</c> names.</summary>
    public static BenchmarkModel Read(string name, string path)
    {
        var signature = ModelLoader.Inspect(path).Signatures.First(s => s.Name == ModelFormats.DefaultSignature);
        return new BenchmarkModel(name, path, signature.Inputs.Single());
    }
}
