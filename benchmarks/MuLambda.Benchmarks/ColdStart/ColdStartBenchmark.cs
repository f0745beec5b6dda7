using System.Globalization;
using MuLambda.Benchmarks.Targets;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Models;

namespace MuLambda.Benchmarks.ColdStart;

/// <summary>
/// Starts executors from the decision to the first answer, in every state of the node. The kinds of starts and the models take turns, so that
/// what else the machine does meets all of them; every start has a process and a cache of its own.
/// </summary>
internal sealed class ColdStartBenchmark(ColdStartOptions options, Action<string> progress)
{
    private const int Seed = 20261122;
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task<ColdStartReport> RunAsync(string command)
    {
        var state = Directory.CreateTempSubdirectory("mulambda-bench-");
        var models = new List<BenchmarkModel>();
        try
        {
            foreach (var name in options.Models)
            {
                progress($"{name}: preparing");
                models.Add(await BenchmarkModel.PrepareAsync(name, progress));
            }

            var (registry, line) = await ServerProcess.StartAsync(
                "dotnet", ["exec", Repository.Service("Registry"), "--urls", "http://127.0.0.1:0", "--state", Path.Combine(state.FullName, "registry")], Listening);
            await using (registry)
            {
                var url = new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim());
                var load = LoadAverage();
                var rows = await MeasureAsync(models, url, state.FullName);
                return new ColdStartReport(options, command, load, LoadAverage(), rows);
            }
        }
        finally
        {
            models.ForEach(model => model.Dispose());
            state.Delete(recursive: true);
        }
    }

    private async Task<List<ColdStartRow>> MeasureAsync(List<BenchmarkModel> models, Uri registry, string state)
    {
        var rows = new List<ColdStartRow>();
        foreach (var model in models)
        {
            progress($"{model.Name}: pushing, and a start to fill the cache");
            await PushAsync(model, registry);

            // It also compiles what this process does, which the clock would count.
            await StartAsync(model, registry, Path.Combine(state, $"{model.Name}-complete"), null, new StartKind(true, CachedModel.Nothing));
            rows.AddRange(StartKind.All.Select(kind => new ColdStartRow(model.Name, kind, [])));
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var row in rows)
            {
                progress(string.Create(CultureInfo.InvariantCulture, $"{row.Model}: {row.Kind.Name}, round {round + 1} of {options.Rounds}"));
                var folder = Path.Combine(state, "start");
                row.Starts.Add(await StartAsync(
                    models.Single(model => model.Name == row.Model), registry, folder, Path.Combine(state, $"{row.Model}-complete", "cache"), row.Kind));
                Directory.Delete(folder, recursive: true);
            }
        }

        return rows;
    }

    private static async Task<StartTimes> StartAsync(BenchmarkModel model, Uri registry, string folder, string? complete, StartKind kind)
    {
        await using var executor = new LaunchedExecutor(registry, folder);
        Directory.CreateDirectory(executor.Cache);
        if (complete is not null)
        {
            NodeCache.Create(complete, executor.Cache, kind.Cache);
        }

        if (kind.IsPrestarted)
        {
            await executor.PrestartAsync();
        }

        return await executor.StartAsync(model.Name, Payload.Create(model, 1, Seed));
    }

    private static async Task PushAsync(BenchmarkModel model, Uri registry)
    {
        using var http = new HttpClient { BaseAddress = registry, Timeout = Patience };
        using var package = await ModelPackage.OpenAsync(model.Path, CancellationToken.None);
        await new RegistryClient(http).PutModelAsync(model.Upload, package.Content);
    }

    // Where the system tells it.
    private static string? LoadAverage() =>
        File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : null;
}
