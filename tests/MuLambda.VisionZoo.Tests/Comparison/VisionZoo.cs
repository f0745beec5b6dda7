using MuLambda.Cli.Models;
using MuLambda.Cli.Npm;
using MuLambda.Cli.Terminal;

namespace MuLambda.VisionZoo.Tests.Comparison;

/// <summary>
/// The vision zoo as <c>models push --zoo vision</c> prepares it, and what TensorFlow.js answers to the same inputs. Needs npm and
/// Node; where a package cannot be had the tests fail.
/// </summary>
public sealed class VisionZoo : IAsyncLifetime, IDisposable
{
    private const int Seed = 20_26;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(20);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mulambda-vision-");
    private readonly Dictionary<string, ZooModel> models = [];
    private ZooPreparation? preparation;

    /// <summary>The names of the zoo's models, known without fetching anything.</summary>
    public static IReadOnlyList<string> Names => [.. Entries().Select(entry => entry.Upload.Name)];

    internal ZooModel this[string name] => models[name];

    internal static IReadOnlyList<ZooEntry> Entries() => Zoo.Find(Console, "vision");

    private static CliConsole Console => CliConsole.OfProcess() with { CurrentDirectory = AppContext.BaseDirectory };

    public async Task InitializeAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var entries = Entries();
        var packages = new NpmCache(Console, directory: null);
        preparation = new ZooPreparation(entries, packages, (_, fetch) => fetch());
        var reference = await TensorFlowJs.InstallAsync(packages.Folder, deadline.Token);

        // One seed for each model, so that a model's inputs do not depend on those before it.
        foreach (var (i, entry) in entries.Index())
        {
            var original = Path.Combine(await preparation.ExtractAsync(entry.Package!, deadline.Token), entry.Path);
            var model = new ZooModel(entry.Upload.Name, original, await preparation.PrepareAsync(entry, deadline.Token));
            model.MakeInputs(new Random(Seed + i));
            models.Add(model.Name, model);
        }

        await reference.RunAsync([.. models.Values], directory.FullName, deadline.Token);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        preparation?.Dispose();
        directory.Delete(recursive: true);
    }
}
