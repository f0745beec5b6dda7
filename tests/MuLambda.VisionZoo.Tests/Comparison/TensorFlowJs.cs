using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace MuLambda.VisionZoo.Tests.Comparison;

/// <summary>TensorFlow.js in Node, installed by npm once for each lock file into the user's cache.</summary>
internal sealed class TensorFlowJs
{
    private static readonly string Sources = Path.Combine(AppContext.BaseDirectory, "reference");

    private readonly string packages;

    private TensorFlowJs(string packages) => this.packages = packages;

    private sealed record Output(string Dtype, long[] Shape);

    public static async Task<TensorFlowJs> InstallAsync(string cache, CancellationToken cancellationToken)
    {
        var lockFile = Path.Combine(Sources, "package-lock.json");
        var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(lockFile, cancellationToken)).AsSpan(0, 8));
        var installed = Path.Combine(cache, $"vision-zoo-reference-{digest}");
        if (!Directory.Exists(installed))
        {
            // It appears under its name only when it is complete, and another run may be quicker.
            var unfinished = Directory.CreateDirectory(Path.Combine(cache, $".{Path.GetRandomFileName()}"));
            foreach (var file in new[] { "package.json", "package-lock.json", ".npmrc" })
            {
                File.Copy(Path.Combine(Sources, file), Path.Combine(unfinished.FullName, file));
            }

            var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            await RunAsync(unfinished.FullName, npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cancellationToken);
            try
            {
                unfinished.MoveTo(installed);
            }
            catch (IOException) when (Directory.Exists(installed))
            {
                unfinished.Delete(recursive: true);
            }
        }

        return new TensorFlowJs(installed);
    }

    /// <summary>Runs all models on all of their inputs, and keeps what they answer.</summary>
    public async Task RunAsync(IReadOnlyList<ZooModel> models, string directory, CancellationToken cancellationToken)
    {
        var runs = models.SelectMany(model => model.Trials.Select(trial => (Model: model, Trial: trial, Outputs: model.Outputs.ToArray()))).ToArray();
        string FileOf(int run, int output) => Path.Combine(directory, $"{run}-{output}.out");
        string InputOf(int run) => Path.Combine(directory, $"{run}.in");
        foreach (var (i, run) in runs.Index())
        {
            var input = run.Model.IsInt
                ? MemoryMarshal.AsBytes<int>(run.Trial.Input.Select(value => (int)value).ToArray()).ToArray()
                : MemoryMarshal.AsBytes<float>(run.Trial.Input).ToArray();
            await File.WriteAllBytesAsync(InputOf(i), input, cancellationToken);
        }

        var jobs = runs.Select((run, i) => new
        {
            model = run.Model.Original,
            inputs = new[] { new { name = run.Model.InputNode, dtype = run.Model.IsInt ? "int32" : "float32", shape = run.Trial.Shape, file = InputOf(i) } },
            outputs = run.Outputs.Select((output, o) => new { name = output.Node, file = FileOf(i, o) }),
        });
        var jobsFile = Path.Combine(directory, "jobs.json");
        await File.WriteAllTextAsync(jobsFile, JsonSerializer.Serialize(jobs), cancellationToken);
        var lines = (await RunAsync(directory, "node", [Path.Combine(Sources, "reference.mjs"), packages, jobsFile], cancellationToken))
            .Split('\n').Where(line => line.StartsWith('[')).ToArray();
        lines.Length.ShouldBe(runs.Length);
        foreach (var (i, run) in runs.Index())
        {
            var outputs = JsonSerializer.Deserialize<Output[]>(lines[i], JsonSerializerOptions.Web)!;
            foreach (var (o, output) in outputs.Index())
            {
                var bytes = await File.ReadAllBytesAsync(FileOf(i, o), cancellationToken);
                float[] numbers = output.Dtype == "int32"
                    ? [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(value => (float)value)]
                    : MemoryMarshal.Cast<byte, float>(bytes).ToArray();
                run.Trial.Reference.Add(run.Outputs[o].Name, new Values(output.Dtype, output.Shape, numbers));
            }
        }
    }

    private static async Task<string> RunAsync(string directory, string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)} failed: {await error}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
