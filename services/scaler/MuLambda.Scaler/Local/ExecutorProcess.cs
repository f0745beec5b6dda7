using System.Diagnostics;
using System.Globalization;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Local;

/// <summary>Starts an executor's process so that it outlives this one, and no group or terminal of it ends the executor.</summary>
internal static class ExecutorProcess
{
    // The process itself says who it is before it becomes the executor. ln fails where the file is there already: this launch was abandoned, or another
    // process runs it. $1: the directory, $2: the cgroup or -; the rest is the program.
    private const string Script = """
        umask 077
        directory=$1 cgroup=$2
        shift 2
        exec </dev/null >>"$directory/output.log" 2>&1
        read -r stat </proc/$$/stat
        start_of() { shift 19; started=$1; }
        start_of ${stat##*') '}
        echo "$$ $started" >"$directory/pid.$$"
        ln "$directory/pid.$$" "$directory/pid" 2>/dev/null || exit 75
        [ "$cgroup" = - ] || echo $$ >"$cgroup/cgroup.procs" || echo "The limits of $cgroup do not apply."
        exec "$@"
        """;

    // What tells this process how to behave is not for the executors.
    private static readonly string[] Withheld =
        ["ASPNETCORE_URLS", "URLS", "HTTP_PORTS", "HTTPS_PORTS", "GRPC_PORT", "DOTNET_URLS", "DOTNET_LAUNCH_PROFILE", "ASPNETCORE_HTTP_PORTS"];

    /// <summary>Starts the process.</summary>
    /// <returns>The process, which may still be on its way to be the executor.</returns>
    /// <exception cref="LaunchException">The system refused.</exception>
    public static Process Start(LaunchRecord record, ExecutorDirectory files, string? cgroup, LocalLauncherOptions options)
    {
        var session = FindSession();
        var start = new ProcessStartInfo(session ?? "/bin/sh") { UseShellExecute = false, RedirectStandardInput = true };
        foreach (var argument in (string[])[.. session is null ? [] : (string[])["/bin/sh"], "-c", Script, "executor", files.Path, cgroup ?? "-"])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var argument in Command(record, files, options))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys
            .Where(name => Withheld.Contains(name) || name.StartsWith("Scaler__", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["OTEL_SERVICE_NAME"] = record.Id;
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new LaunchException($"{start.FileName} could not be started: {e.Message}", e);
        }
    }

    private static IEnumerable<string> Command(LaunchRecord record, ExecutorDirectory files, LocalLauncherOptions options)
    {
        if (options.Program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
        {
            yield return DotNet;
            yield return "exec";
        }

        yield return options.Program;
        string?[] arguments =
        [
            "--id", record.Id,
            "--http-port", record.RestPort.ToString(CultureInfo.InvariantCulture),
            "--grpc-port", record.GrpcPort.ToString(CultureInfo.InvariantCulture),
            "--registry", options.Registry.AbsoluteUri,
            "--keep-alive-file", files.KeepAlive,
            "--keep-alive-seconds", options.KeepAlive.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            "--phases-file", files.Phases,
            .. record.Socket is { } socket ? (string[])["--grpc-socket", socket] : [],
            .. options.Cache is { } cache ? (string[])["--cache", cache] : [],
            .. record.Models.SelectMany(given => (string[])["--model", Name(given.Model)]),
            .. options.Arguments,
        ];
        foreach (var argument in arguments)
        {
            yield return argument!;
        }
    }

    private static string Name(PlacedModel model) =>
        model.Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{model.Name}@{version}") : model.Name;

    private static string DotNet =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    // A session of its own: what ends this process's group or terminal does not end the executor.
    private static string? FindSession() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(directory => directory.Length > 0).Select(directory => Path.Combine(directory, "setsid")).FirstOrDefault(File.Exists);
}
