using System.CommandLine;
using MuLambda.Executor.Options;

namespace MuLambda.Executor.Launching;

/// <summary>The options of whoever launches executors and follows how they come up.</summary>
internal sealed class LaunchArguments
{
    private readonly Option<string?> _keepAlive = new("--keep-alive-file")
    {
        HelpName = "PATH",
        Description = "A file whose time the launcher renews: when it is gone or too old, the executor finishes its requests and ends.",
    };

    private readonly Option<double?> _keepAliveSeconds;

    private readonly Option<string?> _phases = new("--phases-file")
    {
        HelpName = "PATH",
        Description = "Gets a JSON line for each phase that a model enters: downloading, loading, warming, ready or failed.",
    };

    public LaunchArguments(ExecutorOptions defaults)
    {
        _keepAliveSeconds = NumberOption.Create<double?>(
            "--keep-alive-seconds", 0.1, 86_400, "N", $"How old the time of --keep-alive-file may become ({defaults.KeepAliveTime.TotalSeconds}).");
        RequireFile(_keepAlive);
        RequireFile(_phases);
    }

    public void AddTo(RootCommand root)
    {
        root.Add(_keepAlive);
        root.Add(_keepAliveSeconds);
        root.Add(_phases);
        root.Validators.Add(result =>
        {
            if (result.GetResult(_keepAliveSeconds) is not null && result.GetResult(_keepAlive) is null)
            {
                result.AddError("--keep-alive-seconds: there is no --keep-alive-file.");
            }
        });
    }

    public ExecutorOptions Read(ParseResult result, ExecutorOptions options) => options with
    {
        KeepAliveFile = FullPath(result.GetValue(_keepAlive)),
        KeepAliveTime = result.GetValue(_keepAliveSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : options.KeepAliveTime,
        PhasesFile = FullPath(result.GetValue(_phases)),
    };

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    private static void RequireFile(Option<string?> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string?>() is not { } path)
        {
            return;
        }

        if (path.Length == 0 || Directory.Exists(path))
        {
            result.AddError($"{option.Name}: '{path}' is no file.");
        }
        else if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            result.AddError($"{option.Name}: the directory of '{path}' does not exist.");
        }
    });
}
