using Spectre.Console;

namespace MuLambda.Cli.Models;

/// <summary>Shows how far an upload is, where somebody watches.</summary>
internal static class UploadProgress
{
    public static async Task<T> RunAsync<T>(IAnsiConsole? console, string name, long bytes, Func<IProgress<long>?, Task<T>> upload)
    {
        if (console is null)
        {
            return await upload(null);
        }

        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Markup.Escape(name), maxValue: bytes);
                return upload(new Report(sent => task.Value = sent));
            });
    }

    // System.Progress would report through the thread pool, out of order.
    private sealed class Report(Action<long> report) : IProgress<long>
    {
        void IProgress<long>.Report(long value) => report(value);
    }
}
