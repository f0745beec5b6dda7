using MuLambda.Executor.Launching;
using MuLambda.Executor.Options;
using MuLambda.Inference;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>Brings versions into memory: fetches the files, makes room, loads and warms.</summary>
internal sealed partial class VersionLoader(
    MemoryBudget budget, ModelCounters counters, WarmUp warmUp, ExecutorOptions options, TimeProvider time, ILogger<VersionLoader> logger)
    : IDisposable
{
    private readonly SemaphoreSlim _parallel = new(options.MaxParallelLoads, options.MaxParallelLoads);

    /// <summary>Loads a version.</summary>
    /// <param name="name">The model.</param>
    /// <param name="number">The version.</param>
    /// <param name="files">Its files.</param>
    /// <param name="freed">Told when it has left memory.</param>
    /// <param name="progress">Told what is waited for, and how far it is.</param>
    /// <param name="cancellationToken">The version is not wanted any more, or the executor stops.</param>
    /// <exception cref="GrpcException">It cannot be loaded; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<ResidentModel> LoadAsync(
        string name, long number, IModelFiles files, Action<ResidentModel> freed, LoadProgress progress, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(options.LoadTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var last = string.Empty;
        try
        {
            var told = progress with
            {
                Waiting = message =>
                {
                    last = message;
                    progress.Waiting(message);
                },
            };
            using var opened = await files.OpenAsync(told, linked.Token);
            var resident = await LoadAsync(name, number, opened, freed, told, linked.Token);
            counters.Loaded();
            var (format, milliseconds) = (resident.Model.Description.Format, time.GetElapsedTime(start).TotalMilliseconds);
            LogLoaded(logger, name, number, format, milliseconds, resident.Bytes);
            return resident;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            counters.LoadFailed();
            throw Describe(e, last);
        }
    }

    public void Dispose() => _parallel.Dispose();

    private async Task<ResidentModel> LoadAsync(
        string name, long number, OpenedFiles opened, Action<ResidentModel> freed, LoadProgress progress, CancellationToken cancellationToken)
    {
        progress.Reached(LoadPhase.Loading);
        var reservation = await budget.ReserveAsync($"{name} version {number}", MemoryEstimate.Of(opened.Bytes()), cancellationToken);
        LoadedModel? model = null;
        try
        {
            await _parallel.WaitAsync(cancellationToken);
            try
            {
                model = ModelLoader.Load(opened.Path, new ModelOptions { IntraOpThreads = options.IntraOpThreads });
                cancellationToken.ThrowIfCancellationRequested();
                if (options.WarmUp)
                {
                    progress.Reached(LoadPhase.Warming);
                    warmUp.Run(name, model, opened.Path, cancellationToken);
                }
            }
            finally
            {
                _parallel.Release();
            }

            return new ResidentModel(name, number, model, reservation, freed);
        }
        catch
        {
            model?.Dispose();
            reservation.Dispose();
            throw;
        }
    }

    private GrpcException Describe(Exception e, string waiting) => e switch
    {
        GrpcException grpc => grpc,
        OperationCanceledException => new GrpcException(
            StatusCode.DeadlineExceeded, $"Not available within {options.LoadTimeout.TotalSeconds} s. {waiting}".TrimEnd(), e),
        ModelFormatException or InferenceException or InvalidDataException or IOException or UnauthorizedAccessException =>
            new GrpcException(StatusCode.InvalidArgument, e.Message, e),
        _ => new GrpcException(StatusCode.Internal, $"{e.GetType().Name}: {e.Message}", e),
    };

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Loaded {Model} version {Version} ({Format}) in {Milliseconds:F0} ms, about {Bytes} bytes")]
    private static partial void LogLoaded(ILogger logger, string model, long version, string format, double milliseconds, long bytes);
}
