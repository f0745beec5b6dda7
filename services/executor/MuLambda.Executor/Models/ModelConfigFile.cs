using MuLambda.Executor.Options;

namespace MuLambda.Executor.Models;

/// <summary>Applies the model config file whenever it changes.</summary>
internal sealed partial class ModelConfigFile(ModelManager models, ExecutorOptions options, ILogger<ModelConfigFile> logger)
{
    private (DateTime Written, long Length) _seen;
    private string? _refused;

    /// <summary>The models of the start.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read or served.</exception>
    public IReadOnlyList<ConfiguredModel> Read()
    {
        _seen = Look();
        return options.Configured();
    }

    /// <summary>Applies the file if it has changed; one that cannot be read changes nothing.</summary>
    public void ReadAgain()
    {
        var now = Look();
        if (now == _seen)
        {
            return;
        }

        try
        {
            models.Configure(options.Configured(), options.Patterns());
            _seen = now;
            _refused = null;
            LogApplied(logger, options.ModelConfig!);
        }
        catch (InvalidDataException e)
        {
            // It may be half written: it is looked at again, but told only once.
            if (_refused != e.Message)
            {
                LogRefused(logger, _refused = e.Message);
            }
        }
    }

    private (DateTime Written, long Length) Look() =>
        options.ModelConfig is { } file && new FileInfo(file) is { Exists: true } info ? (info.LastWriteTimeUtc, info.Length) : default;

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Applied {File}")]
    private static partial void LogApplied(ILogger logger, string file);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The model config is left as it was: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
