using System.Buffers;
using System.Globalization;
using System.Text.Json;
using MuLambda.Executor.Options;

namespace MuLambda.Executor.Launching;

/// <summary>
/// Tells whoever launched this executor how far its models are: one JSON line in a file for each phase that a version enters for the
/// first time. Without a file there is nobody to tell.
/// </summary>
internal sealed partial class PhasesFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream? _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _failed;

    /// <summary>Opens the file that the options name, to write behind what is in it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public PhasesFile(ExecutorOptions options, TimeProvider time, ILogger<PhasesFile> logger)
    {
        (_time, _logger) = (time, logger);
        _file = options.PhasesFile is { } path ? Open(path) : null;
    }

    /// <summary>Appends a line.</summary>
    /// <param name="phase">What begins.</param>
    /// <param name="model">The model.</param>
    /// <param name="version">Its version; 0 while none is known.</param>
    /// <param name="error">Why it failed; null else.</param>
    /// <param name="translated">How much of the phase before was translating; null where nothing was translated.</param>
    public void Add(LoadPhase phase, string model, long version, string? error = null, TimeSpan? translated = null)
    {
        if (_file is null)
        {
            return;
        }

        lock (_gate)
        {
            try
            {
                // In one piece, so that nobody reads half a line.
                _file.Write(LineOf(phase, model, version, error, translated));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Serving goes on without its observer; it is said once.
                if (!_failed)
                {
                    LogFailed(_logger, e.Message);
                }

                _failed = true;
            }
        }
    }

    public void Dispose() => _file?.Dispose();

    private ReadOnlySpan<byte> LineOf(LoadPhase phase, string model, long version, string? error, TimeSpan? translated)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("phase"u8, NameOf(phase));
            json.WriteString("model"u8, version == 0 ? model : string.Create(CultureInfo.InvariantCulture, $"{model}@{version}"));
            json.WriteString("at"u8, _time.GetUtcNow());
            if (translated is { } duration)
            {
                json.WriteNumber("translateMs"u8, Math.Round(duration.TotalMilliseconds, 1));
            }

            if (error is not null)
            {
                json.WriteString("error"u8, error);
            }

            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan;
    }

    private static string NameOf(LoadPhase phase) => phase switch
    {
        LoadPhase.Downloading => "downloading",
        LoadPhase.Loading => "loading",
        LoadPhase.Warming => "warming",
        LoadPhase.Ready => "ready",
        _ => "failed",
    };

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The file of phases is not written any more: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
