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
    private const long MostAttached = 64 << 20;

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
            var resident = await PrepareAsync(name, number, files, freed, told, linked.Token);
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

    private async Task<ResidentModel> PrepareAsync(
        string name, long number, IModelFiles files, Action<ResidentModel> freed, LoadProgress progress, CancellationToken cancellationToken)
    {
        using (var prepared = await files.OpenPreparedAsync(cancellationToken))
        {
            try
            {
                if (prepared is not null)
                {
                    using var requests = prepared.Attachment.IsEmpty ? null : new MemoryStream(prepared.Attachment.ToArray());
                    return await LoadAsync(
                        name, number, prepared.Description.Bytes, () => prepared.Load(options.IntraOpThreads), requests, freed, progress, cancellationToken);
                }
            }
            catch (ModelFormatException e)
            {
                // The runtime knows best; the files are there for that.
                LogNotPrepared(logger, name, number, e.Message);
            }
        }

        using (var opened = await files.OpenAsync(progress, cancellationToken))
        {
            using var requests = WarmUp.OpenRequests(opened.Path);
            var how = new ModelOptions { IntraOpThreads = options.IntraOpThreads, Preparation = Preparation(files, requests) };
            return await LoadAsync(
                name, number, opened.Bytes(), () => ModelLoader.Load(opened.Path, how), requests, freed, progress, cancellationToken);
        }
    }

    private async Task<ResidentModel> LoadAsync(
        string name, long number, long fileBytes, Func<LoadedModel> load, Stream? requests, Action<ResidentModel> freed, LoadProgress progress,
        CancellationToken cancellationToken)
    {
        progress.Reached(LoadPhase.Loading);
        var reservation = await budget.ReserveAsync($"{name} version {number}", MemoryEstimate.Of(fileBytes), cancellationToken);
        LoadedModel? model = null;
        try
        {
            await _parallel.WaitAsync(cancellationToken);
            try
            {
                model = load();
                cancellationToken.ThrowIfCancellationRequested();
                if (model.Translation > TimeSpan.Zero)
                {
                    progress.Translated(model.Translation);
                }

                if (options.WarmUp)
                {
                    progress.Reached(LoadPhase.Warming);
                    warmUp.Run(name, model, requests, cancellationToken);
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

    // The requests that warm the model are needed when nothing is unpacked, too.
    private static ModelPreparation? Preparation(IModelFiles files, FileStream? requests) =>
        files.PreparedPath is not { } path || requests?.Length > MostAttached ? null
        : requests is null ? new ModelPreparation(path)
        : new ModelPreparation(path, File.ReadAllBytes(requests.Name));

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

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "{Model} version {Version} is prepared anew: {Reason}")]
    private static partial void LogNotPrepared(ILogger logger, string model, long version, string reason);
}
