using MuLambda.Catalog.Http;
using MuLambda.Cli.Models;
using MuLambda.Cli.Npm;
using MuLambda.Cli.Terminal;
using MuLambda.Inference;

namespace MuLambda.Benchmarks.Targets;

/// <summary>A model that is measured.</summary>
internal sealed class BenchmarkModel : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly ZooPreparation preparation;

    private BenchmarkModel(ZooPreparation preparation, ModelUpload upload, string path)
    {
        this.preparation = preparation;
        Upload = upload;
        Path = path;
        Input = ModelLoader.Inspect(path).Signatures.First(s => s.Name == ModelFormats.DefaultSignature).Inputs.Single();
    }

    public string Name => Upload.Name;

    /// <summary>What the registry is told of it.</summary>
    public ModelUpload Upload { get; }

    /// <summary>The SavedModel.</summary>
    public string Path { get; }

    /// <summary>Its only input.</summary>
    public TensorSpec Input { get; }

    /// <summary>Whether one request may carry several images.</summary>
    public bool IsBatched => Input.Shape![0] < 0;

    /// <summary>Gets a model of a zoo onto the disk, as <c>mulambda models push --zoo</c> does.</summary>
    /// <param name="model">Such as <c>vision/nanodet</c>.</param>
    /// <param name="progress">Is told what is fetched.</param>
    public static async Task<BenchmarkModel> PrepareAsync(string model, Action<string> progress)
    {
        var console = CliConsole.OfProcess() with { CurrentDirectory = Repository.Root };
        var entry = Zoo.Find(console, model).Single();
        var preparation = new ZooPreparation([entry], new NpmCache(console, directory: null), (what, fetch) =>
        {
            progress(what);
            return fetch();
        });
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            return new BenchmarkModel(preparation, entry.Upload, await preparation.PrepareAsync(entry, patience.Token));
        }
        catch
        {
            preparation.Dispose();
            throw;
        }
    }

    public void Dispose() => preparation.Dispose();
}
