using System.Net.Sockets;
using MuLambda.Executor.Launching;
using MuLambda.Executor.Options;

namespace MuLambda.Executor.Hosting;

/// <summary>One run of the program.</summary>
internal static class ExecutorProcess
{
    /// <summary>The start failed.</summary>
    private const int StartFailed = 1;

    public static async Task<int> RunAsync(ExecutorOptions options, CancellationToken cancellationToken)
    {
        // Runs block their threads; answers to everything else must not wait for them.
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(workers + options.MaxParallelRuns, completions);
        try
        {
            if (options is { IsEmpty: true, WarmUp: true } && await Rehearsal.RunAsync(cancellationToken) is { } failure)
            {
                await Console.Error.WriteLineAsync($"The first model will come more slowly, the rehearsal failed: {failure}");
            }

            await using var app = ExecutorApplication.Build(options);
            await app.StartAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or SocketException or UnauthorizedAccessException or FormatException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return StartFailed;
        }
    }
}
