using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MuLambda.Selector.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogList : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Message)> _entries = [];

    public IEnumerable<string> Messages => _entries.Select(entry => entry.Message);

    /// <summary>What was logged as important as this, or more so.</summary>
    public IEnumerable<string> From(LogLevel level) => _entries.Where(entry => entry.Level >= level).Select(entry => entry.Message);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, formatter(state, exception)));

    public void Dispose()
    {
    }
}
