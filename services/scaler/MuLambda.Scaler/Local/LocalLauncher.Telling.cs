using MuLambda.Protocol.Grpc;

namespace MuLambda.Scaler.Local;

internal sealed partial class LocalLauncher
{
    /// <summary>Tells an executor what it is to serve where it does not know yet.</summary>
    private void Tell(LocalExecutor executor, CancellationToken cancellationToken)
    {
        IReadOnlyList<GivenModel> models;
        lock (_gate)
        {
            models = executor.Record.Models;
            if (executor.IsRetiring || executor.Ended is not null || !executor.IsListening
                || (executor.Told is { } told && told.SequenceEqual(models)))
            {
                return;
            }

            // One that is told something else meanwhile is told so at once: the last word counts.
            executor.Told = models;
        }

        _ = TellAsync(executor, models, cancellationToken);
    }

    private async Task TellAsync(LocalExecutor executor, IReadOnlyList<GivenModel> models, CancellationToken cancellationToken)
    {
        try
        {
            await ModelConfiguration.SetAsync(executor.GrpcAddress, models.Select(given => given.Model), cancellationToken);
            Answered(null);
        }
        catch (GrpcException e) when (e.StatusCode is StatusCode.Unavailable)
        {
            // It listens, but not there yet: it is told again.
            await Task.Delay(TellAgain, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_gate)
            {
                if (ReferenceEquals(executor.Told, models))
                {
                    executor.Told = null;
                }
            }

            Wake();
        }
        catch (GrpcException e)
        {
            LogNotTaken(executor.Record.Id, e.Message);
            Answered(e.Message);
        }
        catch (OperationCanceledException)
        {
            // The scaler ends; the next one tells it again.
        }

        void Answered(string? error)
        {
            lock (_gate)
            {
                executor.Answered(models, _time.GetUtcNow(), error);
            }

            Changed?.Invoke();
        }
    }
}
