using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Npm;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Experiments;

/// <summary>Draws figures as SVG: ECharts in Node, without a browser. The program is in experiments/charts.</summary>
/// <param name="console">What this command sees of its process.</param>
internal sealed class ChartProgram(CliConsole console)
{
    private const int MaxMessage = 2000;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>Draws figures.</summary>
    /// <param name="figures">The figures; each with an id, a kind, and what that kind is drawn from.</param>
    /// <param name="installing">Is told when npm begins to install what draws, and waits for it.</param>
    /// <param name="cancellationToken">Ends Node as well.</param>
    /// <returns>The SVG of each figure, by its id.</returns>
    /// <exception cref="CliException">Node or npm is missing, or failed.</exception>
    public async Task<IReadOnlyDictionary<string, string>> DrawAsync(
        IEnumerable<JsonObject> figures, Func<Func<Task>, Task> installing, CancellationToken cancellationToken)
    {
        var project = new NpmProject(console, Path.Combine(AppContext.BaseDirectory, "charts"), "the program that draws the figures");
        var directory = await project.PrepareAsync(installing, cancellationToken);
        var input = new JsonObject { ["figures"] = new JsonArray([.. figures]) }.ToJsonString();
        var drawn = await RunAsync(directory, input, cancellationToken);
        return JsonNode.Parse(drawn)!.AsObject().ToDictionary(svg => svg.Key, svg => svg.Value!.GetValue<string>());
    }

    private async Task<string> RunAsync(string directory, string input, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        using var node = Start(directory);
        try
        {
            // Both are read while the input is written: a program whose output nobody reads stops.
            var output = node.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = node.StandardError.ReadToEndAsync(deadline.Token);
            try
            {
                await node.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
                node.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it had read all; its exit code and message say why.
            }

            await node.WaitForExitAsync(deadline.Token);
            var message = (await error).Trim();
            return node.ExitCode == 0
                ? await output
                : throw new CliException(
                    ExitCodes.Failed,
                    $"Node could not draw the figures (exit code {node.ExitCode}): {message[..Math.Min(message.Length, MaxMessage)]}");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.Failed, $"Node did not draw the figures within {Deadline.TotalMinutes:0} minutes.", e);
        }
        finally
        {
            if (!node.HasExited)
            {
                node.Kill(entireProcessTree: true);
            }
        }
    }

    private Process Start(string directory)
    {
        var path = console.Environment("PATH") ?? "";
        var program = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node"))
            .FirstOrDefault(File.Exists)
            ?? throw new CliException(ExitCodes.Failed, "Node, which draws the figures, was not found on the PATH: install Node.js 20 or newer.");
        try
        {
            return Process.Start(new ProcessStartInfo(program, [Path.Combine(directory, "render.mjs")])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                StandardInputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                StandardOutputEncoding = System.Text.Encoding.UTF8,
            })!;
        }
        catch (Win32Exception e)
        {
            throw new CliException(ExitCodes.Failed, $"{program} does not start: {e.Message}", e);
        }
    }
}
