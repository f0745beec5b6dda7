using MuLambda.Catalog;

namespace MuLambda.Prober.Executors;

internal sealed partial class ExecutorWatcher
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Executor {Executor} went from {Before} to {After}: {Reason}")]
    private partial void LogState(string executor, ExecutorState before, ExecutorState after, string? reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Executor {Executor} is registered with {Models} as {State}")]
    private partial void LogRegistered(string executor, IReadOnlyList<ModelReference> models, ExecutorState state);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Executor {Executor} is no longer registered: the prober stops")]
    private partial void LogDeregistered(string executor);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "The registry does not know executor {Executor} any more; it is registered again")]
    private partial void LogLeaseLost(string executor);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "The registry does not take the report of executor {Executor}; it is repeated until it does: {Reason}")]
    private partial void LogRegistryFailed(string executor, string reason);

    [LoggerMessage(EventId = 7, Level = LogLevel.Error, Message = "A look at executor {Executor} failed; the next one is tried as usual")]
    private partial void LogLookFailed(string executor, Exception exception);

    [LoggerMessage(EventId = 6, Level = LogLevel.Information, Message = "The registry takes the reports of executor {Executor} again")]
    private partial void LogRegistryBack(string executor);
}
