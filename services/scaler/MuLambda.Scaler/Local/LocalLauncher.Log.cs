namespace MuLambda.Scaler.Local;

internal sealed partial class LocalLauncher
{
    [LoggerMessage(1, LogLevel.Information, "Executor {Executor} is launched as process {Process} for {Models}")]
    private partial void LogLaunched(string executor, int process, string models);

    [LoggerMessage(2, LogLevel.Information, "Executor {Executor} was launched before and is adopted")]
    private partial void LogAdopted(string executor);

    [LoggerMessage(3, LogLevel.Information, "Executor {Executor} is retired")]
    private partial void LogRetiring(string executor);

    [LoggerMessage(4, LogLevel.Warning, "Executor {Executor} does not end within its grace and is killed")]
    private partial void LogKilled(string executor);

    [LoggerMessage(5, LogLevel.Warning, "Executor {Executor} did not take its models: {Reason}")]
    private partial void LogNotTaken(string executor, string reason);
}
