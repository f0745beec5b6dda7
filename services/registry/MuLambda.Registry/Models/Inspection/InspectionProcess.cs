using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MuLambda.Registry.Models.Inspection;

/// <summary>Has a model inspected by a process of its own, within a deadline and a bound of memory.</summary>
internal static class InspectionProcess
{
    // What the runtime's libraries and any small model take, and how many times its files a model may need to be loaded:
    // as read, as parsed by us and by the runtime, as weights, as weights arranged for the processor, and a run's own.
    private const long FreeBytes = 1L << 30;
    private const int BytesPerFileByte = 12;
    private const int MostAnswerCharacters = 16 << 20;

    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "TMP", "TEMP", "SystemRoot", "LD_LIBRARY_PATH", "DOTNET_ROOT", "MULAMBDA_ONNXRUNTIME"];

    /// <exception cref="OperationCanceledException">The caller no longer wants it.</exception>
    public static async Task<InspectionAnswer> RunAsync(string directory, long fileBytes, int seconds, CancellationToken cancellationToken)
    {
        var memory = FreeBytes + (BytesPerFileByte * new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var process = Start([directory, Text(fileBytes), Text(memory), Text(seconds)]);
        try
        {
            process.StandardInput.Close();
            // What it says while it dies is of no use to whoever sent the model.
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, either.Token);
            var answer = await ReadAsync(process.StandardOutput, either.Token);
            await errors;
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode switch
            {
                0 => JsonSerializer.Deserialize(answer, InspectionJson.Default.InspectionAnswer)!,
                InspectionProgram.TooLong => TookTooLong(seconds),
                _ => Refuse($"The runtime crashed while it loaded or tried the model, or needed more than {memory >> 20} MiB of memory."),
            };
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return TookTooLong(seconds);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task<string> ReadAsync(StreamReader output, CancellationToken cancellationToken)
    {
        var text = new System.Text.StringBuilder();
        var buffer = new char[8192];
        while (text.Length < MostAnswerCharacters && await output.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            text.Append(buffer, 0, read);
        }

        return text.ToString();
    }

    private static InspectionAnswer TookTooLong(int seconds) => Refuse($"Loading and trying it took longer than {seconds} s.");

    private static InspectionAnswer Refuse(string why) => new(why, default, []);

    private static Process Start(string[] arguments)
    {
        var program = typeof(InspectionProcess).Assembly.Location;
        var self = Environment.ProcessPath;
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (self is not null && Path.GetFileNameWithoutExtension(self) == Path.GetFileNameWithoutExtension(program))
        {
            start.FileName = self;
        }
        else
        {
            start.FileName = self is not null && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet";
            start.ArgumentList.Add(program);
        }

        start.ArgumentList.Add(InspectionProgram.Verb);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // The registry's environment holds the keys to its stores.
        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return Process.Start(start)!;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
